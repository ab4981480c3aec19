import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// PGlite needs 3 to 5 s to make a fresh cluster (initdb in WebAssembly) and as long again for our migrations, but a second
// to unpack one that was made before. So the first cluster is kept, without rows, as a tar of 40 MB, and every later one
// (another folder, a memory database, a test) starts from it.

/** An image of more than an empty cluster. */
export interface PreparedImage {
  /** Names what it holds: one with another key is not used. Letters and digits. */
  readonly key: string;
  make(): Promise<Uint8Array>;
}

/** Version of the installed PGlite: another version may hold another PostgreSQL, whose files differ. */
export function pgliteVersion(): string {
  const require = createRequire(import.meta.url);
  const manifest: unknown = require(join(dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

export const imageFile = (cacheDir: string, prepared?: PreparedImage): string =>
  join(cacheDir, `pglite-${[pgliteVersion(), ...(prepared === undefined ? [] : [prepared.key])].join('-')}.tar`);

/**
 * The file of a cluster to load into a new PGlite, made when `cacheDir` has none yet. Undefined where that cannot be
 * written to (a read-only install): nothing is lost then but time. Throws what `make` does.
 */
export async function ensureClusterImage(cacheDir: string, prepared?: PreparedImage): Promise<string | undefined> {
  const file = imageFile(cacheDir, prepared);
  if (existsSync(file)) return file;
  try {
    await mkdir(cacheDir, { recursive: true });
    await access(cacheDir, constants.W_OK);
  } catch {
    return undefined;
  }
  await keep(file, await (prepared?.make() ?? emptyImage()));
  if (prepared !== undefined) await forgetOthers(cacheDir, file);
  return file;
}

async function emptyImage(): Promise<Uint8Array> {
  // Loaded late: a server with a PostgreSQL of its own needs none.
  const { PGlite } = await import('@electric-sql/pglite');
  const fresh = await PGlite.create();
  try {
    return new Uint8Array(await (await fresh.dumpDataDir('none')).arrayBuffer());
  } finally {
    await fresh.close();
  }
}

/** Forgets an image that turned out to be unusable. */
export const forgetClusterImage = (file: string): Promise<void> => rm(file, { force: true });

/** Images of other migrations: each takes 40 MB, and only one checkout uses the folder. */
async function forgetOthers(cacheDir: string, kept: string): Promise<void> {
  const prepared = (await readdir(cacheDir)).filter((name) => /^pglite-[^-]+-[^-]+\.tar$/.test(name));
  for (const name of prepared) if (join(cacheDir, name) !== kept) await rm(join(cacheDir, name), { force: true });
}

/** Writes beside and renames, so that no reader, in this process or another, ever sees half a file. */
async function keep(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
