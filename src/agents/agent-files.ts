// The agents of this server, read from a folder of YAML files and read again when they change.
import { readdirSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { faultsOf, parseYaml, whyUnread, YamlFault } from '../config/yaml-file.js';
import type { Yaml } from '../config/yaml-file.js';
import { type Agent, agentSchema } from './agent.schema.js';

const EXTENSION = /\.ya?ml$/;
/** Editors write a file in several steps: wait for them, ms. */
const SETTLE_MS = 150;

/** Faults of agent files, one clear line each. */
export class AgentFilesError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'AgentFilesError';
  }
}

/**
 * Parses one agent file. `file` names it in faults; `knownTools` are the tools that exist, `crm_*` all that begin so, which
 * somebody else has yet to tell. Throws AgentFilesError.
 */
export function parseAgent(text: string, file: string, knownTools: readonly string[]): Agent {
  const yaml = yamlOf(text, file);
  const at = (path: readonly PropertyKey[]): string => ` (line ${yaml.lineOf(path)})`;
  const result = agentSchema.safeParse(yaml.value);
  if (!result.success) {
    throw new AgentFilesError(faultsOf(result.error.issues, yaml).map((fault) => `${file}: ${fault}`));
  }
  const isKnown = (tool: string): boolean =>
    knownTools.some((known) => known === tool || (known.endsWith('*') && tool.startsWith(known.slice(0, -1))));
  const unknown = [...result.data.tools, ...result.data.reads].filter((tool) => !isKnown(tool));
  const names = result.data.clientTools.map(({ name }) => name);
  const double = names.find((name, at) => isKnown(name) || names.indexOf(name) !== at);
  if (double !== undefined) {
    throw new AgentFilesError([
      `${file}: clientTools: there is another tool of the name "${double}"${at(['clientTools', names.lastIndexOf(double)])}`,
    ]);
  }
  if (unknown.length > 0) {
    throw new AgentFilesError(
      unknown.map((tool) => {
        const place = at(['tools', result.data.tools.indexOf(tool)]);
        return `${file}: tools: there is no tool "${tool}"; there are ${knownTools.join(', ')}${place}`;
      }),
    );
  }
  const used = [...result.data.tools, ...names];
  const foreign = Object.entries(result.data.outcome).filter(
    ([, { tool }]) => tool !== undefined && !used.includes(tool),
  );
  if (foreign.length > 0) {
    throw new AgentFilesError(
      foreign.map(
        ([name, { tool }]) => `${file}: outcome.${name}: "${tool}" is no tool of this agent${at(['outcome', name])}`,
      ),
    );
  }
  return result.data;
}

function yamlOf(text: string, file: string): Yaml {
  try {
    return parseYaml(text);
  } catch (error) {
    throw error instanceof YamlFault ? new AgentFilesError(error.faults.map((fault) => `${file}: ${fault}`)) : error;
  }
}

export class AgentFiles {
  private agents: ReadonlyMap<string, Agent>;
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** Reads the folder. Throws AgentFilesError naming every fault of every file. */
  constructor(
    private readonly folder: string,
    private readonly knownTools: readonly string[],
  ) {
    this.agents = this.read();
  }

  /** The agent of this name (its file's name without extension). A call keeps the one that it got. */
  get(name: string): Agent | undefined {
    return this.agents.get(name);
  }

  names(): string[] {
    return [...this.agents.keys()];
  }

  /** Reads the folder again: all of it becomes valid at once, or nothing changes. Throws AgentFilesError. */
  reload(): void {
    this.agents = this.read();
  }

  /** Reloads when a file changes. `report` gets the faults of a bad change; the agents before it stay in use. */
  watch(report: (faults: readonly string[]) => void, reloaded: () => void): void {
    this.watcher = watch(this.folder, { persistent: false }, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.tryReload(report, reloaded), SETTLE_MS);
      this.timer.unref();
    });
    this.watcher.on('error', (error) => report([`${this.folder}: cannot be watched: ${error.message}`]));
  }

  close(): void {
    this.watcher?.close();
    clearTimeout(this.timer);
  }

  private tryReload(report: (faults: readonly string[]) => void, reloaded: () => void): void {
    try {
      this.reload();
      reloaded();
    } catch (error) {
      report(error instanceof AgentFilesError ? error.faults : [String(error)]);
    }
  }

  private read(): ReadonlyMap<string, Agent> {
    const faults: string[] = [];
    const agents = new Map<string, Agent>();
    for (const file of this.list()) {
      try {
        const text = readFileSync(join(this.folder, file), 'utf8');
        agents.set(basename(file).replace(EXTENSION, ''), parseAgent(text, file, this.knownTools));
      } catch (error) {
        if (error instanceof AgentFilesError) faults.push(...error.faults);
        else faults.push(`${file}: cannot be read: ${whyUnread(error)}`);
      }
    }
    if (faults.length > 0) throw new AgentFilesError(faults);
    return agents;
  }

  private list(): string[] {
    try {
      return readdirSync(this.folder).filter((file) => EXTENSION.test(file) && !file.startsWith('.'));
    } catch {
      throw new AgentFilesError([`${this.folder}: there is no such folder of agent files; set AGENTS_DIR`]);
    }
  }
}
