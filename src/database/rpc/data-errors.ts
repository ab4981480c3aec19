import type { z } from 'zod';
import { DataError } from '../data.port.js';
import type { DataErrorCode } from '../data.port.js';
import { sqlStateOf, textOf } from '../error-code.js';
import { isUnreachable } from '../postgres/postgres-pool.js';

/** What an aborted signal means: its deadline passed, or the caller no longer wants the answer. */
export function abortedError(signal: AbortSignal): DataError {
  return textOf(signal.reason, 'name') === 'TimeoutError'
    ? new DataError('timeout', 'The database did not answer in time.')
    : new DataError('cancelled', 'The query was cancelled.');
}

/** What a SQLSTATE (PostgreSQL manual, appendix A) means to us; undefined for a fault of ours. */
export function codeOfSqlState(state: string): DataErrorCode | undefined {
  if (state === '57014') return 'timeout';
  if (state === '42501' || state.startsWith('28')) return 'forbidden';
  if (/^(08|3D|53|57P)/.test(state)) return 'unavailable';
  return undefined;
}

/** What a driver threw. Its messages may quote the query, and so the caller's words: only codes are passed on. */
export function asDataError(error: unknown): DataError {
  const state = sqlStateOf(error);
  const label = state ?? textOf(error, 'code') ?? textOf(error, 'name') ?? 'unknown';
  // PGlite says in words that it is closed.
  const isAway = isUnreachable(error) || textOf(error, 'message') === 'PGlite is closed';
  const code = (state === undefined ? undefined : codeOfSqlState(state)) ?? (isAway ? 'unavailable' : 'failed');
  return new DataError(code, `The database could not run the query (${label}).`);
}

/** A function that answers something else is an older or newer migration than this code. Throws DataError. */
export function parseRow<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new DataError('failed', `The database answered in an unexpected form (${where || 'result'}).`);
}
