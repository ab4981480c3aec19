import { z } from 'zod';
import { textOf } from '../error-code.js';
import { isUnreachable } from '../postgres/postgres-pool.js';
import type { Database } from '../database.js';
import { DataError } from '../data.port.js';
import type { Access } from '../data.port.js';
import { storableJson, storableText } from '../storable-json.js';
import type { CallerRpc, SqlFunction, SqlValue } from './caller-rpc.port.js';
import { abortedError, codeOfSqlState } from './data-errors.js';

/** Longest function call on the server, ms; longer than any tool waits, so that the tool's own words are heard. */
export const STATEMENT_TIMEOUT = '8000';

const resultSchema = z.array(z.object({ result: z.unknown() })).length(1);

/** What a function that was called by `queryOf` has returned. */
export const resultOf = (rows: unknown): unknown => resultSchema.parse(rows)[0]?.result;

/** The statement that calls a function. Its text is made of what rooms declare in their code; the values are parameters. */
export function queryOf(
  prisma: Database['prisma'],
  { name, args: types }: SqlFunction,
  args: Readonly<Record<string, SqlValue>>,
) {
  const named = Object.entries(types);
  const parameters = named.map(([argument, type], index) => `${argument} => $${index + 1}::${type}`).join(', ');
  const values = named.map(([argument]) => parameterOf(args[argument] ?? null));
  return prisma.$queryRawUnsafe(`select public.${name}(${parameters}) as result`, ...values);
}

/**
 * The functions on our own database. Each call is a transaction that first becomes the role `authenticated` with the
 * caller's claims, as PostgREST does it, so that row-level security decides and nothing of it outlives the call.
 */
export class PrismaRpc implements CallerRpc {
  constructor(private readonly database: Database) {}

  async call<Argument extends string>(
    fn: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
    access: Access,
  ): Promise<unknown> {
    return this.untilAborted(() => this.run(fn, args, access), access.signal);
  }

  /** For what no caller's rights decide. Throws DataError and nothing else. */
  async withServerRights<T>(work: (prisma: Database['prisma']) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.untilAborted(async () => {
      try {
        return await work(this.database.prisma);
      } catch (error) {
        throw asDataError(error);
      }
    }, signal);
  }

  private async untilAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw abortedError(signal);
    if (!this.database.ready) throw new DataError('unavailable', 'The database has not been reached yet.');
    return untilAborted(work(), signal);
  }

  private async run(fn: SqlFunction, args: Readonly<Record<string, SqlValue>>, { caller }: Access): Promise<unknown> {
    const { prisma } = this.database;
    const claims = JSON.stringify({ ...caller.claims, sub: caller.userId, role: 'authenticated' });
    try {
      const [, rows] = await prisma.$transaction([
        prisma.$queryRaw`
          select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
            set_config('statement_timeout', ${STATEMENT_TIMEOUT}, true)`,
        queryOf(prisma, fn, args),
      ]);
      return resultOf(rows);
    } catch (error) {
      throw asDataError(error);
    }
  }
}

const parameterOf = (value: SqlValue): string | number | boolean | null => {
  if (typeof value === 'string') return storableText(value);
  return typeof value === 'object' && value !== null ? storableJson(value) : value;
};

/** Settles with the work or with the signal, whichever is first; the server's own timeout ends work left behind. */
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

/** Where the drivers' errors end up in Prisma's, for a raw query. */
const driverErrorSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.string().optional(), kind: z.string() }) }),
  }),
});

export const driverCause = (error: unknown): { originalCode?: string | undefined; kind: string } | undefined =>
  driverErrorSchema.safeParse(error).data?.meta.driverAdapterError.cause;

/** Kinds of @prisma/driver-adapter-utils that mean no connection. */
const AWAY = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'TlsConnectionError',
  'SocketTimeout',
  'TooManyConnections',
  'AuthenticationFailed',
  'DatabaseDoesNotExist',
]);

/** Prisma's messages quote the query, and so perhaps the caller's words: only codes are passed on. */
export function asDataError(error: unknown): DataError {
  const cause = driverCause(error);
  const state = cause?.originalCode ?? '';
  const label = state || (cause?.kind ?? textOf(error, 'code') ?? textOf(error, 'name') ?? 'unknown');
  const code = codeOfSqlState(state) ?? (isAway(error, cause?.kind) ? 'unavailable' : 'failed');
  return new DataError(code, `The database could not run the query (${label}).`);
}

function isAway(error: unknown, kind: string | undefined): boolean {
  if (kind !== undefined && AWAY.has(kind)) return true;
  // P2028: no connection became free in time. PGlite says in words that it is closed.
  return isUnreachable(error) || textOf(error, 'code') === 'P2028' || textOf(error, 'message') === 'PGlite is closed';
}
