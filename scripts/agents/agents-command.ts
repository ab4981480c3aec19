import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { whyUnread } from '../../src/config/yaml-file.js';
import { answerObject, serverAddress, tokenFault, whyUnanswered } from '../server-address.js';
import { unifiedDiff } from './unified-diff.js';

/** How long the server may take for one request, ms. */
const ANSWER_MS = 15_000;

/** As the server has them. */
const NAME = /^[\w-]{1,64}$/;
/** As people write percent, with or without the sign. */
const PERCENT = /^(\d{1,3}(?:\.\d+)?) ?%?$/;
/** A version, or what stands for the file. */
const VERSION = /^(?:[1-9]\d{0,8}|file)$/;

/** What cannot be done; the message is for whoever asked. */
export class AgentsFailure extends Error {}

/** It was not asked for properly; the message has the usage. */
export class AgentsUsage extends AgentsFailure {}

export interface AgentsCommand {
  readonly words: readonly string[];
  /** Percent, as written. */
  readonly share: string | undefined;
  /** Address of the server, as written. */
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
  if (!isVerb(verb)) throw new AgentsUsage(`${USAGE}\nThere is no command "${verb}".`);
  const [least, most] = WORDS[verb];
  if (words.length < least || words.length > most) {
    throw new AgentsUsage(`${USAGE}\nThere are too ${words.length < least ? 'few' : 'many'} words after "${verb}".`);
  }
  if (command.share !== undefined && verb !== 'publish') {
    throw new AgentsUsage(
      `${USAGE}\n--share belongs to "publish"; a share that there is becomes another by "share NAME PERCENT".`,
    );
  }
  const [name] = words;
  if (verb !== 'publish' && name !== undefined && !NAME.test(name)) throw badName(name);
  await VERBS[verb](command, words);
}

const isVerb = (word: string): word is keyof typeof VERBS => Object.hasOwn(VERBS, word);

const badName = (name: string) =>
  new AgentsFailure(`"${name}" is no name of an agent: names are letters, digits, _ and -, 64 at most.`);

function percentOf(written: string): number {
  const percent = Number(PERCENT.exec(written)?.[1] ?? NaN);
  if (percent > 0 && percent <= 100) return percent;
  throw new AgentsFailure(`"${written}" is no share: write percent such as 10, more than 0 and 100 at most.`);
}

function versionOf(written: string): string {
  if (VERSION.test(written)) return written;
  throw new AgentsFailure(`"${written}" is no version: write a number such as 2, or file.`);
}

const WORDS = { publish: [1, 1], list: [0, 1], diff: [1, 3], share: [2, 2], rollback: [1, 2], lift: [1, 1] } as const;

const VERBS = {
  publish: async (command: AgentsCommand, [what = '']: readonly string[]) => {
    // No name has a dot or a slash.
    const isFile = /[./\\]/.test(what);
    const name = isFile ? basename(what, extname(what)) : what;
    if (!NAME.test(name)) throw badName(name);
    const share = command.share === undefined ? undefined : percentOf(command.share);
    const content = read(isFile ? what : fileOf(command, what));
    const body = { content, ...(share === undefined ? {} : { share }) };
    const view = await ask<AgentView>(command, 'POST', `/${name}/versions`, body);
    command.print(`${name}: version ${view.number ?? 0} is published.`);
    if (share !== undefined && share < 100 && view.release?.canary === null) {
      command.print(`All callers have it: ${whyAll(view)}, so a share of ${share} % changes nothing.`);
    }
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
    for (const which of [first, b]) versionOf(which);
    const [one, other] = [await contentOf(command, name, first), await contentOf(command, name, b)];
    const diff = unifiedDiff(one, other, `${name} ${first}`, `${name} ${b}`);
    command.print(diff === '' ? `${name} ${first} and ${b} say the same.` : diff);
  },
  share: async (command: AgentsCommand, [name = '', percent = '']: readonly string[]) => {
    show(command, name, await ask<AgentView>(command, 'PUT', `/${name}/share`, { share: percentOf(percent) }));
  },
  rollback: async (command: AgentsCommand, [name = '', to]: readonly string[]) => {
    const version = to === undefined ? undefined : versionOf(to);
    const body = version === undefined ? {} : { to: version === 'file' ? version : Number(version) };
    show(command, name, await ask<AgentView>(command, 'POST', `/${name}/rollback`, body));
  },
  lift: async (command: AgentsCommand, [name = '']: readonly string[]) => {
    show(command, name, await ask<AgentView>(command, 'POST', `/${name}/lift`));
  },
};

const nameOf = (number: number): string => (number === 0 ? 'the file' : `version ${number}`);

/** Why nobody is left who could have something else. */
const whyAll = ({ versions }: AgentView): string =>
  versions.length === 1 ? 'there is nothing else that the rest could have' : 'it is what all have had already';

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
    throw new AgentsFailure(`${file} cannot be read: ${whyUnread(error)}`);
  }
}

async function ask<T>({ url, token }: AgentsCommand, method: string, path: string, body?: object): Promise<T> {
  const fault = tokenFault(token);
  if (fault !== undefined) throw new AgentsFailure(`The token ${fault} (--token, or $PARLEY_TOKEN).`);
  const address = addressOf(url);
  let response: Response;
  let answer: Readonly<Record<string, unknown>>;
  try {
    response = await fetch(`${address}/v1/admin/agents${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    answer = await answerObject(response);
  } catch (error) {
    throw new AgentsFailure(`${address} does not answer (${whyUnanswered(error, ANSWER_MS)}). Is the server running?`);
  }
  if (response.status === 413) throw new AgentsFailure('The file is larger than an agent’s may be (200 kB).');
  const { message } = answer;
  const isOurs = response.ok ? ANSWERS.some((key) => key in answer) : typeof answer['error'] === 'string';
  if (!isOurs || answer['error'] === 'not_found') {
    throw new AgentsFailure(
      `${address} answers ${response.status}, and not as Parley does: is the address (--url) right?`,
    );
  }
  if (!response.ok)
    throw new AgentsFailure(typeof message === 'string' ? message : `The server answers ${response.status}.`);
  return answer as T;
}

/** One of these is in everything that is answered. */
const ANSWERS = ['versions', 'releases', 'content'];

function addressOf(url: string): string {
  try {
    return serverAddress(url);
  } catch (error) {
    throw new AgentsFailure(`${(error as Error).message}.`);
  }
}
