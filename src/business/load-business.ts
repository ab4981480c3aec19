import { existsSync } from 'node:fs';
import { extname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Config } from '../config/config.token.js';
import { ConfigError } from '../config/config-error.js';
import { packageRoot } from '../database/package-root.js';
import type { Business } from './business.js';
import { loadOwnTools, type OwnTool } from './own-tools.js';

/** `.js` where the server is built, `.ts` where tests run the source. */
const MODULE = `business${extname(fileURLToPath(import.meta.url))}`;
const ROOMS = fileURLToPath(new URL('..', import.meta.url));

/** The business that is configured, with the tools that its operator has added to it. Rejects with a ConfigError. */
export async function businessOf({ PARLEY_BUSINESS, TOOLS_DIR, mcpServers }: Config): Promise<Business> {
  const business = await loadBusiness(PARLEY_BUSINESS);
  const own = await loadOwnTools(TOOLS_DIR);
  // What MCP servers have is known when they have been asked; what it begins with is known now.
  const promised = Object.keys(mcpServers).map((server) => `${server}_*`);
  return withOwnTools({ ...business, tools: [...business.tools, ...promised] }, own);
}

/** Throws a ConfigError for a name that is taken. */
function withOwnTools(business: Business, own: readonly OwnTool[]): Business {
  if (own.length === 0) return business;
  const names = own.map(({ name }) => name);
  const double = names.find((name, at) => business.tools.includes(name) || names.indexOf(name) !== at);
  if (double !== undefined) throw new ConfigError([`TOOLS_DIR: there are two tools of the name ${double}.`]);
  const plans = own.flatMap(({ name, plan }) => (plan === undefined ? [] : [{ ...plan, tool: name }]));
  const { planner } = business;
  return {
    ...business,
    tools: [...business.tools, ...names],
    planner: {
      ...planner,
      slots: [...new Set([...planner.slots, ...plans.flatMap(({ slots }) => slots)])],
      tools: [...planner.tools, ...plans],
    },
    async open(services) {
      const { tools, ...rest } = await business.open(services);
      return { ...rest, tools: [...tools, ...own] };
    },
  };
}

/**
 * The business that PARLEY_BUSINESS names: a folder of `src`, or the absolute path of one, which may be the source of what
 * was built into `dist`. Rejects with a ConfigError when there is none.
 */
async function loadBusiness(where: string): Promise<Business> {
  const folder = isAbsolute(where) ? where : join(ROOMS, where);
  const built = join(packageRoot(), 'dist', relative(packageRoot(), folder));
  const file = [folder, built].map((place) => join(place, MODULE)).find((path) => existsSync(path));
  if (file === undefined) throw new ConfigError([`PARLEY_BUSINESS: there is no ${MODULE} in ${folder}.`]);
  const { default: business } = (await import(pathToFileURL(file).href)) as { readonly default?: Business };
  if (typeof business?.open === 'function') return business;
  throw new ConfigError([`PARLEY_BUSINESS: ${file} does not export a business by default.`]);
}
