// The built page: what `npm run build` has made of console/.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../database/package-root.js';

/** Nest injection token of the folder that holds it. */
export const CONSOLE_FOLDER = Symbol('ConsoleFolder');

export const builtConsole = (): string => join(packageRoot(), 'dist', 'console');

/** Its one document; undefined where nobody has built it. */
export function documentIn(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
