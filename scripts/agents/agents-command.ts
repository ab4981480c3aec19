import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unifiedDiff } from './unified-diff.js';

/** How long the server may take for one request, ms. */
const ANSWER_MS = 15_000;

/** What cannot be done; the message is for whoever asked. */
export class AgentsFailure extends Error {}

export interface AgentsCommand {
  readonly words: readonly string[];
  /** Percent. */
  readonly share: number | undefined;
  /** Origin of the server. */
  readonly url: string;
  readonly token: string;
  /** Where files of agents are that are called by their name. */
  readonly agentsDir: () => string;
  readonly print: (line: string) => void;
}

export const USAGE = `Usage: npm run agents -- publish NAME|FILE [--share PERCENT]   for all callers, or some of them
       npm run agents -- list [NAME]
       npm run agents -- diff NAME [A] [B]       versions by number, or "file"; the last one and the file when left out
       npm run agents -- share NAME PERCENT      of the version that is tried; with 100 it is for all
       npm run agents -- rollback NAME [TO]      takes the tried version back, else goes to the one before, or TO
       npm run agents -- lift NAME               gives a version the callers back that the guard has taken
  --url URL     of the server (http://localhost:3001)
  --token JWT   an admin's; else $PARLEY_TOKEN, and in development one is made up`;

interface Version {
  readonly number: number;
  readonly version: string;
  readonly publishedAt: string;
  readonly publishedBy: string;
}

interface Release {
  readonly agent: string;
  readonly baseline: number;
  readonly canary: number | null;
  readonly share: number;
  readonly hold: { readonly why: string } | null;
}

interface AgentView {
  readonly number?: number;
  readonly versions: readonly Version[];
  readonly release: Release | null;
}

/** Throws AgentsFailure. */
export async function agentsCommand(command: AgentsCommand): Promise<void> {
  const [verb = '', ...words] = command.words;
  const run = VERBS[verb as keyof typeof VERBS];
  const [least, most] = WORDS[verb as keyof typeof VERBS] ?? [0, 0];
  if (run === undefined || words.length < least || words.length > most) throw new AgentsFailure(USAGE);
  await run(command, words);
}

const WORDS = { publish: [1, 1], list: [0, 1], diff: [1, 3], share: [2, 2], rollback: [1, 2], lift: [1, 1] } as const;

const VERBS = {
  publish: async (command: AgentsCommand, [what = '']: readonly string[]) => {
    const isFile = /\.ya?ml$/.test(what);
    const name = isFile ? basename(what).replace(/\.ya?ml$/, '') : what;
    const content = read(isFile ? what : fileOf(command, what));
    const { share } = command;
    const body = { content, ...(share === undefined ? {} : { share }) };
    const view = await ask<AgentView>(command, 'POST', `/${name}/versions`, body);
    command.print(`${name}: version ${view.number ?? 0} is published.`);
    show(command, name, view);
  },
  list: async (command: AgentsCommand, [name]: readonly string[]) => {
    if (name !== undefined) return show(command, name, await ask<AgentView>(command, 'GET', `/${name}`));
    const { releases } = await ask<{ releases: readonly Release[] }>(command, 'GET', '');
    if (releases.length === 0) command.print('Nothing is published: every agent is as its file says.');
    for (const release of releases) command.print(`${release.agent}: ${standing(release)}`);
  },
  diff: async (command: AgentsCommand, [name = '', a, b = 'file']: readonly string[]) => {
    const last = async () => (await ask<AgentView>(command, 'GET', `/${name}`)).versions[0]?.number;
    const first = a ?? (await last())?.toString();
    if (first === undefined) throw new AgentsFailure(`Nothing of ${name} is published.`);
    const [one, other] = [await contentOf(command, name, first), await contentOf(command, name, b)];
    const diff = unifiedDiff(one, other, `${name} ${first}`, `${name} ${b}`);
    command.print(diff === '' ? `${name} ${first} and ${b} say the same.` : diff);
  },
  share: async (command: AgentsCommand, [name = '', percent = '']: readonly string[]) => {
    show(command, name, await ask<AgentView>(command, 'PUT', `/${name}/share`, { share: Number(percent) }));
  },
  rollback: async (command: AgentsCommand, [name = '', to]: readonly string[]) => {
    const body = to === undefined ? {} : { to: to === 'file' ? to : Number(to) };
    show(command, name, await ask<AgentView>(command, 'POST', `/${name}/rollback`, body));
  },
  lift: async (command: AgentsCommand, [name = '']: readonly string[]) => {
    show(command, name, await ask<AgentView>(command, 'POST', `/${name}/lift`));
  },
};

const nameOf = (number: number): string => (number === 0 ? 'the file' : `version ${number}`);

function standing({ baseline, canary, share, hold }: Release): string {
  if (canary === null) return `${nameOf(baseline)} for all`;
  const held = hold === null ? '' : `; held back, its callers have the other: ${hold.why}`;
  return `${nameOf(canary)} for ${share} %, ${nameOf(baseline)} for the rest${held}`;
}

function show({ print }: AgentsCommand, name: string, { versions, release }: AgentView): void {
  print(`${name}: ${release === null ? 'nothing is published; it is as its file says' : standing(release)}`);
  for (const { number, version, publishedAt, publishedBy } of versions) {
    print(`  ${String(number).padStart(4)}  ${version}  ${publishedAt.slice(0, 16).replace('T', ' ')}  ${publishedBy}`);
  }
}

async function contentOf(command: AgentsCommand, name: string, which: string): Promise<string> {
  if (which === 'file') return read(fileOf(command, name));
  return (await ask<{ content: string }>(command, 'GET', `/${name}/versions/${encodeURIComponent(which)}`)).content;
}

const fileOf = ({ agentsDir }: AgentsCommand, name: string): string => join(agentsDir(), `${name}.yaml`);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AgentsFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
}

async function ask<T>({ url, token }: AgentsCommand, method: string, path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/v1/admin/agents${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (error) {
    throw new AgentsFailure(`${url} does not answer (${(error as Error).message}). Is the server running?`);
  }
  const answer = (await response.json().catch(() => ({}))) as T & { readonly message?: string };
  if (!response.ok) throw new AgentsFailure(answer.message ?? `The server answers ${response.status}.`);
  return answer;
}
