import { DataError } from '../data.port.js';
import type { Database } from '../database.js';
import { storableJson, storableText } from '../storable-json.js';
import type { RunTransaction, SqlParameter, Statement } from '../transaction.port.js';
import type { SqlFunction, SqlValue } from './caller-rpc.port.js';
import { abortedError, asDataError } from './data-errors.js';

/** Longest function call on the server, ms; longer than any tool waits, so that the tool's own words are heard. */
const STATEMENT_TIMEOUT = '8000';

/** With the server's own rights. */
export const AS_SERVER: Statement = {
  text: `select set_config('statement_timeout', $1, true)`,
  values: [STATEMENT_TIMEOUT],
};

/** With the rights of the role `authenticated` and these claims, as PostgREST does it. */
export const asCaller = (claims: object): Statement => ({
  text: `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true),
    set_config('statement_timeout', $2, true)`,
  values: [JSON.stringify(claims), STATEMENT_TIMEOUT],
});

/** The statement that calls a function. Its text is made of what rooms declare in their code; the values are parameters. */
export function callOf({ name, args: types }: SqlFunction, args: Readonly<Record<string, SqlValue>>): Statement {
  const named = Object.entries(types);
  const parameters = named.map(([argument, type], index) => `${argument} => $${index + 1}::${type}`).join(', ');
  return {
    text: `select public.${name}(${parameters})`,
    values: named.map(([argument]) => parameterOf(args[argument] ?? null)),
  };
}

const parameterOf = (value: SqlValue): SqlParameter => {
  if (typeof value === 'string') return storableText(value);
  return typeof value === 'object' && value !== null ? storableJson(value) : value;
};

type Commit = Parameters<RunTransaction>[2];

/**
 * Runs statements as one transaction and returns the JSON that the last one answers. Settles with it or with the signal,
 * whichever is first; the server's own timeout ends work left behind. Throws DataError and nothing else.
 */
export async function runStatements(
  database: Database,
  statements: readonly Statement[],
  signal?: AbortSignal,
  commit?: Commit,
): Promise<unknown> {
  if (signal?.aborted === true) throw abortedError(signal);
  if (!database.ready) throw new DataError('unavailable', 'The database has not been reached yet.');
  const work = answerOf(database, statements, signal, commit);
  return signal === undefined ? work : untilAborted(work, signal);
}

async function answerOf(
  database: Database,
  statements: readonly Statement[],
  signal?: AbortSignal,
  commit?: Commit,
): Promise<unknown> {
  try {
    const json = await database.run(statements, signal, commit);
    return json === null ? null : JSON.parse(json);
  } catch (error) {
    throw asDataError(error);
  }
}

/** Settles with the work or with the signal, whichever is first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortedError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
