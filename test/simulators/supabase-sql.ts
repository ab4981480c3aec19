import type { Pool } from 'pg';
import { z } from 'zod';
import type { Database } from '../../src/database/database.js';

/** Who a request is, once PostgREST has verified its token. */
export interface SupabaseUser {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What the database said no with: a SQLSTATE (PostgreSQL manual, appendix A) and its words. */
export class SqlRefusal extends Error {
  constructor(
    readonly state: string,
    message: string,
  ) {
    super(message);
  }
}

/** Runs a statement in a transaction of its own, in the role and with the claims of a user, as PostgREST does. */
export type SupabaseSql = (
  user: SupabaseUser,
  statement: string,
  values: readonly unknown[],
) => Promise<readonly { readonly result?: unknown }[]>;

const driverErrorSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.string(), originalMessage: z.string() }) }),
  }),
});

/** Over a database of ours, embedded too: its owner becomes the caller. */
export function sqlOfDatabase({ prisma }: Database): SupabaseSql {
  return async ({ role, claims }, statement, values) => {
    try {
      const [, rows] = await prisma.$transaction([
        prisma.$queryRaw`select set_config('role', ${role}, true),
          set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`,
        prisma.$queryRawUnsafe<{ result: unknown }[]>(statement, ...values),
      ]);
      return rows;
    } catch (error) {
      const { originalCode, originalMessage } = driverErrorSchema.parse(error).meta.driverAdapterError.cause;
      throw new SqlRefusal(originalCode, originalMessage);
    }
  };
}

/** Over connections of the role `authenticator`, which has no right but to become one of Supabase's roles. */
export function sqlOfAuthenticator(pool: Pool): SupabaseSql {
  return async ({ role, claims }, statement, values) => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
        role,
        JSON.stringify(claims),
      ]);
      const { rows } = await client.query<{ result?: unknown }>(statement, [...values]);
      await client.query('commit');
      return rows;
    } catch (error) {
      await client.query('rollback');
      const { code = 'XX000', message } = error as Error & { readonly code?: string };
      throw new SqlRefusal(code, message);
    } finally {
      client.release();
    }
  };
}
