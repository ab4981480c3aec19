import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { withAtomicScripts } from '../migrations/migration-adapter.js';
import { clusterImage, forgetClusterImage, pgliteVersion } from './cluster-image.js';
import { lockFolder } from './folder-lock.js';

export interface PgliteOptions {
  /** Folder of the database, made when it is not there; undefined keeps everything in memory. */
  readonly folder?: string;
  /** Where the image of an empty cluster is kept between starts. */
  readonly cacheDir: string;
}

/** An open embedded PostgreSQL: this process is its only user. */
export interface PgliteCluster {
  readonly pglite: PGlite;
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  /** Writes everything out and gives the folder back. */
  close(): Promise<void>;
}

/** Opens (or makes) the embedded database. Throws FolderInUseError when another process has it. */
export async function openPglite({ folder, cacheDir }: PgliteOptions): Promise<PgliteCluster> {
  const unlock = folder === undefined ? () => undefined : await lock(folder);
  try {
    const pglite = folder === undefined ? await fresh(undefined, cacheDir) : await openFolder(folder, cacheDir);
    // The adapter sends times without a zone and reads them as UTC.
    await pglite.exec(`set time zone 'UTC'`);
    return {
      pglite,
      adapter: migrationAdapter(pglite, cacheDir),
      close: async () => {
        try {
          await pglite.close();
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function lock(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true });
  return lockFolder(join(folder, 'lock'));
}

async function openFolder(folder: string, cacheDir: string): Promise<PGlite> {
  const files = join(folder, 'cluster');
  const marker = join(folder, 'complete');
  if (!existsSync(marker)) {
    // Files without the marker are from a start that was killed while it unpacked them: there is no data in them yet.
    await rm(files, { recursive: true, force: true });
    const pglite = await fresh(files, cacheDir);
    await writeFile(marker, pgliteVersion());
    return pglite;
  }
  try {
    return await PGlite.create(files);
  } catch (error) {
    const maker = (await readFile(marker, 'utf8')).trim();
    throw new Error(
      `The embedded database in ${folder} does not open. It was made by PGlite ${maker}, this is ${pgliteVersion()}. ` +
        'Move the folder away to start with an empty one, or restore it from a backup.',
      { cause: error },
    );
  }
}

/** A new cluster from the image; an image that does not load is thrown away and made anew, once. */
async function fresh(dataDir: string | undefined, cacheDir: string): Promise<PGlite> {
  const load = async () =>
    PGlite.create({ ...(dataDir === undefined ? {} : { dataDir }), loadDataDir: await clusterImage(cacheDir) });
  try {
    return await load();
  } catch {
    await forgetClusterImage(cacheDir);
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    return load();
  }
}

function migrationAdapter(pglite: PGlite, cacheDir: string): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPGlite(pglite);
  return withAtomicScripts(
    factory,
    (script) => pglite.exec(script),
    async () => {
      const shadow = await fresh(undefined, cacheDir);
      const adapter = await new PrismaPGlite(shadow).connect();
      adapter.dispose = () => shadow.close();
      return { adapter, run: (script) => shadow.exec(script) };
    },
  );
}
