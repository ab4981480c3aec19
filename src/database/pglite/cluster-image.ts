import { constants, existsSync } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

// PGlite needs 3 to 5 s to make a fresh cluster (initdb in WebAssembly) but 0.4 s to unpack one. So the first fresh
// cluster is kept, empty, as a tar of 40 MB, and every later one (another folder, a memory database, a test) starts
// from it.

/** Version of the installed PGlite: another version may hold another PostgreSQL, whose files differ. */
export function pgliteVersion(): string {
  const require = createRequire(import.meta.url);
  const manifest: unknown = require(join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

export const imageFile = (cacheDir: string): string => join(cacheDir, `pglite-${pgliteVersion()}.tar`);

/**
 * The file of an empty cluster to load into a new PGlite, made when `cacheDir` has none yet. Undefined where that cannot
 * be written to (a read-only install): nothing is lost then but time.
 */
export async function ensureClusterImage(cacheDir: string): Promise<string | undefined> {
  const file = imageFile(cacheDir);
  if (existsSync(file)) return file;
  try {
    await mkdir(cacheDir, { recursive: true });
    await access(cacheDir, constants.W_OK);
  } catch {
    return undefined;
  }
  const fresh = await PGlite.create();
  try {
    const image = await fresh.dumpDataDir('none');
    await keep(file, Buffer.from(await image.arrayBuffer()));
    return file;
  } finally {
    await fresh.close();
  }
}

/** Forgets an image that turned out to be unusable. */
export const forgetClusterImage = (cacheDir: string): Promise<void> => rm(imageFile(cacheDir), { force: true });

/** Writes beside and renames, so that no reader, in this process or another, ever sees half a file. */
async function keep(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
