import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { z } from 'zod';

/**
 * The same adapter with an `executeScript` that a migration can rely on: the whole script goes to the server as one
 * simple query, which PostgreSQL runs as one transaction, and its error comes back.
 *
 * Needed because of what the adapters' own do (read in @prisma/adapter-pg 7.10.0 and pglite-prisma-adapter 0.7.2): the
 * first cuts the script at every semicolon, also inside function bodies and comments, and the second does not wait, so
 * that a migration that failed is recorded as applied.
 */
export function withAtomicScripts(
  factory: SqlMigrationAwareDriverAdapterFactory,
  run: (script: string) => Promise<unknown>,
  openShadow: () => Promise<{ adapter: SqlDriverAdapter; run: (script: string) => Promise<unknown> }>,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => withScripts(await factory.connect(), run),
    connectToShadowDb: async () => {
      const shadow = await openShadow();
      return withScripts(shadow.adapter, shadow.run);
    },
  };
}

function withScripts(adapter: SqlDriverAdapter, run: (script: string) => Promise<unknown>): SqlDriverAdapter {
  adapter.executeScript = async (script) => {
    try {
      await run(script);
    } catch (error) {
      throw asDriverError(error);
    }
  };
  return adapter;
}

const databaseErrorSchema = z.object({
  code: z.string(),
  severity: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  column: z.string().optional(),
  hint: z.string().optional(),
});

/** The engine reports only errors of this class; anything else it would call a panic. */
function asDriverError(error: unknown): unknown {
  const parsed = databaseErrorSchema.safeParse(error);
  if (!parsed.success) return error;
  const { code, severity, message, detail, column, hint } = parsed.data;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
