import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { textOf } from '../error-code.js';
import { readMigrations } from './migration-files.js';
import { openSchemaEngine } from './schema-engine.js';

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** A migration could not be applied. Nothing of it is left in the database; the next boot tries it again. */
export class MigrationError extends Error {
  constructor(cause: unknown) {
    super(`The database could not be migrated: ${describe(cause)}`, { cause });
    this.name = 'MigrationError';
  }
}

/**
 * Applies what prisma/migrations has and the database has not, by Prisma's own engine, into its ordinary
 * `_prisma_migrations` table. Returns the names applied now. Throws MigrationError.
 */
export async function applyMigrations(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  prismaDir: string,
): Promise<readonly string[]> {
  const { engine, migrations } = await open(adapter, prismaDir);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: migrations,
      filters: NO_FILTERS,
    });
    return appliedMigrationNames;
  } catch (error) {
    await forgetFailed(engine, migrations);
    throw new MigrationError(error);
  } finally {
    engine.free();
  }
}

/** SQL that would turn what the migrations make into what schema.prisma says; empty when they agree. */
export async function diffMigrationsToSchema(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  prismaDir: string,
): Promise<string> {
  const { engine, migrations, schema } = await open(adapter, prismaDir);
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    });
    return exitCode === 0 ? '' : (stdout ?? 'they differ');
  } finally {
    engine.free();
  }
}

async function open(adapter: SqlMigrationAwareDriverAdapterFactory, prismaDir: string) {
  const schema = await readFile(join(prismaDir, 'schema.prisma'), 'utf8');
  const migrations = await readMigrations(join(prismaDir, 'migrations'));
  return { engine: await openSchemaEngine(adapter, schema), migrations, schema };
}

/**
 * Scripts are atomic, so a failed one has left nothing but its row, which would block every later run until somebody
 * repaired it by hand.
 */
async function forgetFailed(engine: SchemaEngine, migrations: MigrationList): Promise<void> {
  try {
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory({
      migrationsList: migrations,
      optInToShadowDatabase: false,
      filters: NO_FILTERS,
    });
    for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
  } catch {
    // The database went away meanwhile. The error that is being reported already says why the migration failed.
  }
}

function describe(error: unknown): string {
  // The engine puts the sentence for users in a field beside the technical message.
  const meta: unknown = typeof error === 'object' && error !== null && 'meta' in error ? error.meta : undefined;
  return (textOf(meta, 'message') ?? textOf(error, 'message') ?? String(error)).trim();
}
