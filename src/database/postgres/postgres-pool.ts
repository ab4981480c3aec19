import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { Pool } from 'pg';
import type { ClientBase } from 'pg';
import { causeOf, textOf } from '../error-code.js';
import { withAtomicScripts } from '../migrations/migration-adapter.js';

/** Longest wait for a connection, ms. A caller is on the line: better an honest sentence soon than an answer late. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Longest statement, ms; the server ends it, and the client gives up a little later in case the server is gone. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Longest migration statement, ms: an index over a large table takes its time. */
const MIGRATION_TIMEOUT_MS = 15 * 60_000;
/** Any number, the same in every instance; `parley` in ASCII. */
const MIGRATION_LOCK = 0x7061_726c;

/** A pool whose every wait has a deadline. `onError` hears about connections that die while idle. */
export function openPool(url: string, max: number, onError: (error: Error) => void): Pool {
  return pool(url, max, STATEMENT_TIMEOUT_MS, onError);
}

/**
 * Runs `work` with a migration adapter over one connection that holds an advisory lock, so that instances that boot
 * together migrate one after the other.
 */
export async function withMigrationLock<T>(
  url: string,
  work: (adapter: SqlMigrationAwareDriverAdapterFactory) => Promise<T>,
): Promise<T> {
  const single = pool(url, 1, MIGRATION_TIMEOUT_MS, () => undefined);
  try {
    await single.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work(
      withAtomicScripts(
        new PrismaPg(single),
        (script) => single.query(script),
        () => Promise.reject(new Error('Only the embedded database makes shadow databases.')),
      ),
    );
  } finally {
    // Ending the connection gives the lock back.
    await single.end();
  }
}

function pool(url: string, max: number, timeoutMs: number, onError: (error: Error) => void): Pool {
  const made = new Pool({
    connectionString: url,
    max,
    application_name: 'parley',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 2_000,
    // The Prisma adapter sends times without a zone and reads them as UTC. The pool waits for this promise.
    onConnect: (client: ClientBase): unknown => client.query(`set time zone 'UTC'`),
  });
  // Without a listener, an idle connection that the server closes would end the process.
  made.on('error', onError);
  return made;
}

/** Whether the database could not be reached at all, so that trying again later makes sense. */
export function isUnreachable(error: unknown): boolean {
  for (let at = error; at !== undefined && at !== null; at = causeOf(at)) {
    // Class 08 is connection exceptions, 57P0x is a server that stops or starts, 53300 is too many connections.
    if (/^(E[A-Z_]+|08...|57P0[123]|53300)$/.test(textOf(at, 'code') ?? '')) return true;
    if (
      /timeout exceeded when trying to connect|Connection terminated|connection timeout|read timeout|not queryable|after calling end/i.test(
        textOf(at, 'message') ?? '',
      )
    )
      return true;
  }
  return false;
}
