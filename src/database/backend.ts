import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { applyMigrations } from './migrations/migrate.js';
import { keyOfMigrations } from './migrations/migration-files.js';
import { packageRoot } from './package-root.js';
import type { ThreadWatcher } from './pglite/lasting-thread.js';
import { openPglite } from './pglite/pglite-cluster.js';
import { transactionsOn } from './postgres/pg-transaction.js';
import { openPool, withMigrationLock } from './postgres/postgres-pool.js';
import type { RunTransaction } from './transaction.port.js';

/** Where the rows are: an embedded PostgreSQL that only this process uses, or a server. */
export interface DatabaseBackend {
  readonly kind: 'embedded' | 'postgres';
  readonly adapter: SqlDriverAdapterFactory;
  readonly run: RunTransaction;
  /** Applies what is missing and returns the names. */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface BackendOptions {
  /** `postgresql://...`, `memory://`, or undefined for a folder in `dataDir`. */
  readonly url?: string | undefined;
  readonly dataDir: string;
  /** Most connections to a server that this process opens. */
  readonly maxConnections?: number;
  /** A pooled connection died while it was idle; the pool replaces it. */
  readonly onIdleError: (error: Error) => void;
  /** Of the embedded database: its thread has died and is replaced. */
  readonly watcher?: ThreadWatcher;
}

const MEMORY = 'memory://';

export async function openBackend(options: BackendOptions): Promise<DatabaseBackend> {
  const { url } = options;
  if (url === undefined || url === MEMORY)
    return embedded(url === MEMORY ? undefined : join(options.dataDir, 'db'), options.watcher);
  if (/^postgres(ql)?:\/\//.test(url)) return server(url, options);
  throw new Error(
    'DATABASE_URL must begin with postgresql:// (or be memory://, or be empty for the embedded database).',
  );
}

async function embedded(folder: string | undefined, watcher?: ThreadWatcher): Promise<DatabaseBackend> {
  const root = packageRoot();
  const cacheDir = join(root, 'node_modules', '.cache', 'parley');
  const prismaDir = join(root, 'prisma');
  const cluster = await openPglite({
    ...(folder === undefined ? {} : { folder }),
    cacheDir,
    ...(watcher === undefined ? {} : { watcher }),
    prepared: { key: await keyOfMigrations(prismaDir), run: (adapter) => applyMigrations(adapter, prismaDir) },
  });
  return {
    kind: 'embedded',
    adapter: cluster.adapter,
    run: cluster.run,
    migrate: () => applyMigrations(cluster.adapter, prismaDir),
    close: () => cluster.close(),
  };
}

function server(url: string, { maxConnections = 10, onIdleError }: BackendOptions): DatabaseBackend {
  const pool = openPool(url, maxConnections, onIdleError);
  return {
    kind: 'postgres',
    adapter: new PrismaPg(pool),
    run: transactionsOn(pool),
    migrate: () => withMigrationLock(url, (adapter) => applyMigrations(adapter, join(packageRoot(), 'prisma'))),
    close: () => pool.end(),
  };
}
