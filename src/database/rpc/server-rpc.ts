import type { Database } from '../database.js';
import type { SqlFunction, SqlValue } from './caller-rpc.port.js';
import { AS_SERVER, callOf, runStatements } from './run-statements.js';

/** SQL functions that only the server may call, with its own rights: for what no caller may write by himself. */
export class ServerRpc {
  constructor(private readonly database: Database) {}

  /**
   * Calls a function and returns its JSON, within the statement's time limit, and until the signal is aborted where there
   * is one. Throws DataError and nothing else.
   */
  async call<Argument extends string>(
    fn: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    // What a killed process was about to note has not happened: a mail that it had not sent yet is sent by another.
    return runStatements(this.database, [AS_SERVER, callOf(fn, args)], signal, 'after');
  }
}
