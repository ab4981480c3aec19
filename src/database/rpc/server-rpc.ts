import type { Database } from '../database.js';
import { DataError } from '../data.port.js';
import type { SqlFunction, SqlValue } from './caller-rpc.port.js';
import { asDataError, queryOf, resultOf, STATEMENT_TIMEOUT } from './prisma-rpc.js';

/** SQL functions that only the server may call, with its own rights: for what no caller may write by himself. */
export class ServerRpc {
  constructor(private readonly database: Database) {}

  /** Calls a function and returns its JSON, within the statement's time limit. Throws DataError and nothing else. */
  async call<Argument extends string>(
    fn: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
  ): Promise<unknown> {
    if (!this.database.ready) throw new DataError('unavailable', 'The database has not been reached yet.');
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
