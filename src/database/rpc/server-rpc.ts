import type { Database } from '../database.js';
import { DataError } from '../data.port.js';
import type { SqlFunction, SqlValue } from './caller-rpc.port.js';
import { abortedError } from './data-errors.js';
import { asDataError, queryOf, resultOf, STATEMENT_TIMEOUT, untilAborted } from './prisma-rpc.js';

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
    if (signal?.aborted === true) throw abortedError(signal);
    if (!this.database.ready) throw new DataError('unavailable', 'The database has not been reached yet.');
    return signal === undefined ? this.run(fn, args) : untilAborted(this.run(fn, args), signal);
  }

  private async run(fn: SqlFunction, args: Readonly<Record<string, SqlValue>>): Promise<unknown> {
    const { prisma } = this.database;
    try {
      const [, rows] = await prisma.$transaction([
        prisma.$queryRaw`select set_config('statement_timeout', ${STATEMENT_TIMEOUT}, true)`,
        queryOf(prisma, fn, args),
      ]);
      return resultOf(rows);
    } catch (error) {
      throw asDataError(error);
    }
  }
}
