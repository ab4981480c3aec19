import { existsSync } from 'node:fs';
import { extname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from '../config/config-error.js';
import { packageRoot } from '../database/package-root.js';
import type { Business } from './business.js';

/** `.js` where the server is built, `.ts` where tests run the source. */
const MODULE = `business${extname(fileURLToPath(import.meta.url))}`;
const ROOMS = fileURLToPath(new URL('..', import.meta.url));

/**
 * The business that PARLEY_BUSINESS names: a folder of `src`, or the absolute path of one, which may be the source of what
 * was built into `dist`. Rejects with a ConfigError when there is none.
 */
export async function loadBusiness(where: string): Promise<Business> {
  const folder = isAbsolute(where) ? where : join(ROOMS, where);
  const built = join(packageRoot(), 'dist', relative(packageRoot(), folder));
  const file = [folder, built].map((place) => join(place, MODULE)).find((path) => existsSync(path));
  if (file === undefined) throw new ConfigError([`PARLEY_BUSINESS: there is no ${MODULE} in ${folder}.`]);
  const { default: business } = (await import(pathToFileURL(file).href)) as { readonly default?: Business };
  if (typeof business?.open === 'function') return business;
  throw new ConfigError([`PARLEY_BUSINESS: ${file} does not export a business by default.`]);
}
