import type { Access } from '../data.port.js';
import type { Database } from '../database.js';
import type { CallerRpc, SqlFunction, SqlValue } from './caller-rpc.port.js';
import { asCaller, callOf, runStatements } from './run-statements.js';

/**
 * The functions on our own database. Each call is a transaction that first becomes the role `authenticated` with the
 * caller's claims, so that row-level security decides and nothing of it outlives the call.
 */
export class SqlRpc implements CallerRpc {
  constructor(private readonly database: Database) {}

  async call<Argument extends string>(
    fn: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
    { caller, signal }: Access,
  ): Promise<unknown> {
    const claims = { ...caller.claims, sub: caller.userId, role: 'authenticated' };
    return runStatements(this.database, [asCaller(claims), callOf(fn, args)], signal);
  }
}
