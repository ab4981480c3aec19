import type { Agent } from '../agent.schema.js';
import { agentVersion, nameVersion } from '../agent-version.js';
import type { AgentFiles } from '../agent-files.js';
import { parseAgent } from '../agent-files.js';
import type { StoredVersion } from '../../database/releases/release-book.port.js';
import { FILE, numberFor } from './release.js';
import type { Release } from './release.js';

/** Whose call it is. */
export interface ForCall {
  readonly userId: string;
  /** The version that the call has had since it began, wherever it goes on. */
  readonly version?: string | undefined;
}

/** What is known of an agent of which something was published. */
export interface Published {
  readonly release: Release;
  readonly versions: readonly StoredVersion[];
}

/** The agents of this server as callers get them: published versions where there are any, files otherwise. */
export class Agents {
  private published: ReadonlyMap<string, Published> = new Map();
  /** By agent and version; undefined for what this version of the program cannot read. */
  private parsed = new Map<string, Agent | undefined>();

  /** @param warn told of a published version that cannot be read here */
  constructor(
    private readonly files: AgentFiles,
    private readonly knownTools: readonly string[],
    private readonly warn: (line: object) => void,
  ) {}

  /** The agent of this name: for a call, or the baseline that most callers have. A call keeps the one that it got. */
  get(name: string, call?: ForCall): Agent | undefined {
    const known = this.published.get(name);
    const file = this.files.get(name);
    if (known === undefined) return file;
    const { release, versions } = known;
    const kept = call?.version === undefined ? undefined : this.byVersion(name, call.version, versions, file);
    if (kept !== undefined) return kept;
    const number = call === undefined ? release.baseline : numberFor(release, name, call.userId);
    return this.byNumber(name, number, versions) ?? this.byNumber(name, release.baseline, versions) ?? file;
  }

  names(): string[] {
    return [...new Set([...this.files.names(), ...this.published.keys()])];
  }

  /** As the file is now. */
  file(name: string): Agent | undefined {
    return this.files.get(name);
  }

  /** Checks what is to be published, or was: `called` in what is said of it. Throws AgentFilesError. */
  read(name: string, content: string, called = `${name}.yaml`): Agent {
    return parseAgent(content, called, this.knownTools);
  }

  /** Takes over what the database says. */
  use(published: ReadonlyMap<string, Published>): void {
    this.published = published;
    const wanted = [...published].flatMap(([name, { versions }]) =>
      versions.map(({ version }) => keyOf(name, version)),
    );
    const kept = new Set(wanted);
    for (const key of this.parsed.keys()) if (!kept.has(key)) this.parsed.delete(key);
  }

  private byVersion(
    name: string,
    version: string,
    versions: readonly StoredVersion[],
    file: Agent | undefined,
  ): Agent | undefined {
    const stored = versions.find((one) => one.version === version);
    if (stored !== undefined) return this.parse(name, stored);
    return file !== undefined && agentVersion(file) === version ? file : undefined;
  }

  private byNumber(name: string, number: number, versions: readonly StoredVersion[]): Agent | undefined {
    if (number === FILE) return this.files.get(name);
    const stored = versions.find((one) => one.number === number);
    return stored && this.parse(name, stored);
  }

  private parse(name: string, { number, version, content }: StoredVersion): Agent | undefined {
    const key = keyOf(name, version);
    if (this.parsed.has(key)) return this.parsed.get(key);
    let agent: Agent | undefined;
    try {
      // Under the name that it was published by: defaults may have changed with the server since.
      agent = nameVersion(this.read(name, content), version);
    } catch (error) {
      this.warn({ msg: 'published agent cannot be used here', agent: name, number, reason: (error as Error).message });
    }
    this.parsed.set(key, agent);
    return agent;
  }
}

const keyOf = (name: string, version: string): string => `${name}\n${version}`;
