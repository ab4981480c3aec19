// Which version of the server this is: the number of package.json, and the commit that it was built from, where the build has
// written it down. Git is never asked here: a server runs without one.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ServerVersion {
  /** As in package.json: `0.1.0`. */
  readonly number: string;
  /** 7 to 40 hexadecimal digits, with `-dirty` behind them where sources were changed; undefined when nobody knows it. */
  readonly commit: string | undefined;
  /** `0.1.0+f8876851a2b3`; the number alone where the commit is not known. A version by semver.org. */
  readonly full: string;
}

/** What `npm run build` leaves in dist/. */
const COMMIT_FILE = '.commit';
const COMMIT = /^[0-9a-f]{7,40}(-dirty)?$/;

/** `commit` is what the environment says, and counts before the build's. Throws where package.json is not above this file. */
export function serverVersion(commit?: string): ServerVersion {
  const { number, built } = READ;
  const known = commit ?? built;
  return { number, commit: known, full: known === undefined ? number : `${number}+${known}` };
}

const commitIn = (text: string): string | undefined => (COMMIT.test(text.trim()) ? text.trim() : undefined);

/** How requests of ours name themselves; `purpose` in a few words. */
export const userAgent = (purpose: string): string => `Parley/${READ.number} (${purpose})`;

const READ = readVersion(dirname(fileURLToPath(import.meta.url)));

/** Looks in `start` and above it, up to the first package.json. */
export function readVersion(start: string): { readonly number: string; readonly built: string | undefined } {
  let built: string | undefined;
  for (let folder = start; ; folder = dirname(folder)) {
    const commitFile = join(folder, COMMIT_FILE);
    if (existsSync(commitFile)) built ??= commitIn(readFileSync(commitFile, 'utf8'));
    const packageFile = join(folder, 'package.json');
    if (existsSync(packageFile)) {
      const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
      return { number: version, built };
    }
    if (folder === dirname(folder)) throw new Error(`No package.json above ${start}: deploy it beside dist/.`);
  }
}
