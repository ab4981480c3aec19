import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { DatabaseFaultError } from '../database-fault-error.js';
import type { RunTransaction } from '../transaction.port.js';
import { ensureClusterImage, forgetClusterImage, pgliteVersion } from './cluster-image.js';
import { lockFolder } from './folder-lock.js';
import { LastingThread } from './lasting-thread.js';
import type { ThreadWatcher } from './lasting-thread.js';
import { PgliteThread } from './pglite-thread.js';

export interface PgliteOptions {
  /** Folder of the database, made when it is not there; undefined keeps everything in memory. */
  readonly folder?: string;
  /** Where the image of a new cluster is kept between starts. */
  readonly cacheDir: string;
  /** What a new cluster begins with where it can, so that it is not done again for each; else it begins empty. */
  readonly prepared?: Preparation | undefined;
  /** Told when the thread that it runs in has died and is replaced: what was in memory only is then lost. */
  readonly watcher?: ThreadWatcher;
}

/** What is done to a new cluster that is to be kept as an image. */
export interface Preparation {
  /** Another one when something else is done. Letters and digits. */
  readonly key: string;
  run(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<unknown>;
}

type Image = Omit<PgliteOptions, 'folder' | 'watcher'>;

/** An open embedded PostgreSQL: this process is its only user. */
export interface PgliteCluster {
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  readonly run: RunTransaction;
  /** Writes everything out and gives the folder back. */
  close(): Promise<void>;
}

/** What a fresh cluster takes on the disk (40 MB), and what one needs to open and to write its first rows, bytes. */
const FRESH_BYTES = 48 * 1_048_576;
const OPEN_BYTES = 2 * 1_048_576;

/** Opens (or makes) the embedded database. Throws FolderInUseError when another process has it, DatabaseFaultError on a full disk. */
export async function openPglite({ folder, watcher, ...image }: PgliteOptions): Promise<PgliteCluster> {
  const unlock = folder === undefined ? () => undefined : await lock(folder);
  try {
    const first = folder === undefined ? await fresh(undefined, image) : await openFolder(folder, image);
    const again = (firstTarget: number) =>
      folder === undefined
        ? refilled(image, firstTarget)
        : PgliteThread.open({ dataDir: clusterOf(folder) }, firstTarget);
    const thread = new LastingThread(first, again, watcher);
    return {
      adapter: thread.adapter,
      run: thread.run,
      close: async () => {
        try {
          await thread.close();
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
  await needRoom(folder, OPEN_BYTES);
  return lockFolder(join(folder, 'lock'));
}

/** PostgreSQL in WebAssembly says nothing that could be understood of a disk that is full, or never ends. */
async function needRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  const free = bavail * bsize;
  // A file system that counts no blocks says nothing of its room.
  if (blocks === 0 || free >= bytes) return;
  const [left, needed] = [free, bytes].map((size) => Math.floor(size / 1_048_576));
  throw new DatabaseFaultError(
    `The disk of ${folder} has ${left} MB left, and the embedded database needs ${needed} MB: make room, or set ` +
      'PARLEY_DATA_DIR to a folder on another disk.',
  );
}

const clusterOf = (folder: string): string => join(folder, 'cluster');

/** What was in memory is lost: an empty one, with all that is done to a new one. */
async function refilled(image: Image, firstTarget: number): Promise<PgliteThread> {
  const thread = await fresh(undefined, image, firstTarget);
  // Where there is no image it is as empty as can be.
  await image.prepared?.run(thread.adapter);
  return thread;
}

async function openFolder(folder: string, image: Image): Promise<PgliteThread> {
  const dataDir = clusterOf(folder);
  const marker = join(folder, 'complete');
  if (!existsSync(marker)) {
    await needRoom(folder, FRESH_BYTES);
    // Files without the marker are from a start that was killed while it unpacked them: there is no data in them yet.
    await rm(dataDir, { recursive: true, force: true });
    const thread = await fresh(dataDir, image);
    await writeFile(marker, pgliteVersion());
    return thread;
  }
  try {
    return await PgliteThread.open({ dataDir });
  } catch (error) {
    const maker = (await readFile(marker, 'utf8')).trim();
    throw new Error(
      `The embedded database in ${folder} does not open. It was made by PGlite ${maker}, this is ${pgliteVersion()}. ` +
        'Move the folder away to start with an empty one, or restore it from a backup.',
      { cause: error },
    );
  }
}

/** A new cluster from the image, or from scratch when there is none or it turns out to be unusable. */
async function fresh(
  dataDir: string | undefined,
  { cacheDir, prepared }: Image,
  firstTarget = 0,
): Promise<PgliteThread> {
  const location = dataDir === undefined ? {} : { dataDir };
  const imageFile = await ensureClusterImage(
    cacheDir,
    prepared && { key: prepared.key, make: () => imageOf(prepared) },
  );
  if (imageFile === undefined) return PgliteThread.open(location, firstTarget);
  try {
    return await PgliteThread.open({ ...location, imageFile }, firstTarget);
  } catch {
    await forgetClusterImage(imageFile);
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    return PgliteThread.open(location, firstTarget);
  }
}

async function imageOf(preparation: Preparation): Promise<Uint8Array> {
  const thread = await PgliteThread.open({});
  try {
    await preparation.run(thread.adapter);
    return await thread.dump();
  } finally {
    await thread.close();
  }
}
