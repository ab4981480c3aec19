// The configuration: the only reader of process.env. Reads it once at boot, together with .env.stream and .env, checks it
// against env.schema.ts and the rules between keys, and says everything that is wrong at once.
import { createSecretKey } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { CONFIG_RULES } from './config-rules.js';
import type { AuthKeys, Config } from './config.token.js';
import { dataPlan } from './data-plan.js';
import { developmentSecret } from './development-secret.js';
import { readEnvFile, withoutQuotes } from './env-file.js';
import type { Settings } from './env-file.js';
import { envSchema } from './env.schema.js';
import type { Env } from './env.schema.js';
import { readMcpServers } from './mcp-servers.js';
import { misspelt } from './misspelt.js';
import { serverVersion } from './server-version.js';
import { workersOf, workersToStart } from './workers.js';

export interface ConfigSource {
  /** Wins over the files. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `.env.stream` and `.env` are looked for, and what relative paths start from. */
  readonly cwd: string;
}

/** First to last; a key's first appearance counts. */
const ENV_FILES = ['.env.stream', '.env'] as const;

/**
 * The configuration of this process. In development the first call may write a file (see developmentSecret).
 * Throws ConfigError with one line for each fault.
 */
export function loadConfig(source: ConfigSource = { env: process.env, cwd: process.cwd() }): Config {
  const settings = readEnvironment(source);
  const warnings = misspelt(settings, Object.keys(envSchema.shape));
  const parsed = envSchema.safeParse(settings);
  if (!parsed.success) throw new ConfigError([...describeIssues(parsed.error.issues), ...warnings]);
  // PM2 tells a worker through the process's own environment; a file that said so would be a copied one.
  const workers = workersOf(source.env, parsed.data.STREAM_WORKERS);
  const planned = dataPlan({ ...parsed.data, workers });
  const problems = CONFIG_RULES.map((rule) => rule(parsed.data)).filter((line) => line !== undefined);
  if (parsed.data.SIP_PORT !== 0 && workers > 1) problems.push(sipIsAlone(workers));
  if ('problem' in planned) throw new ConfigError([...problems, planned.problem, ...warnings]);
  if (problems.length > 0) throw new ConfigError([...problems, ...warnings]);

  const { JWT_SECRET, JWT_JWKS_URL, STREAM_WS_PORT, PORT, STREAM_WORKERS: _told, PARLEY_COMMIT, ...rest } = parsed.data;
  const { TOOLS_DIR, MCP_SERVERS_FILE, PRICES_FILE, ROLLOUT_PLANS_FILE } = rest;
  const dataDir = resolve(source.cwd, rest.PARLEY_DATA_DIR);
  const isName = /^[\w-]+$/.test(rest.PARLEY_BUSINESS);
  const business = isName ? rest.PARLEY_BUSINESS : resolve(source.cwd, rest.PARLEY_BUSINESS);
  return {
    ...rest,
    version: serverVersion(PARLEY_COMMIT),
    PARLEY_DATA_DIR: dataDir,
    PARLEY_BUSINESS: business,
    AGENTS_DIR: resolve(source.cwd, rest.AGENTS_DIR ?? (isAbsolute(business) ? join(business, 'agents') : 'agents')),
    PRICES_FILE: PRICES_FILE && resolve(source.cwd, PRICES_FILE),
    ROLLOUT_PLANS_FILE: ROLLOUT_PLANS_FILE && resolve(source.cwd, ROLLOUT_PLANS_FILE),
    TOOLS_DIR: TOOLS_DIR && resolve(source.cwd, TOOLS_DIR),
    mcpServers: MCP_SERVERS_FILE === undefined ? {} : readMcpServers(resolve(source.cwd, MCP_SERVERS_FILE), settings),
    port: STREAM_WS_PORT ?? PORT,
    auth: authKeys(JWT_SECRET, JWT_JWKS_URL, dataDir),
    workers,
    data: planned.plan,
    warnings,
  };
}

/** What PM2 is to start. */
export interface ProcessPlan {
  readonly workers: number;
  /** `production` where nobody has said anything else: who starts a process manager serves callers. */
  readonly mode: Env['NODE_ENV'];
}

/**
 * What PM2 is to start on `cores` cores, by the same environment and files. Throws ConfigError, as loadConfig would in each
 * worker.
 * @public ecosystem.config.js asks it in the built server.
 */
export function processPlan(source: ConfigSource, cores: number): ProcessPlan {
  const settings = readEnvironment(source);
  const parsed = startSchema.safeParse({ ...settings, NODE_ENV: settings['NODE_ENV'] || 'production' });
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error.issues));
  const { WEB_CONCURRENCY: asked, SIP_PORT: sip, NODE_ENV: mode, ...data } = parsed.data;
  if (sip !== 0 && asked > 1) throw new ConfigError([sipIsAlone(asked)]);
  return { workers: workersToStart(data, asked === 0 ? undefined : asked, sip === 0 ? cores : 1), mode };
}

/** Workers that share a UDP port would each get some packets of each call. */
const sipIsAlone = (workers: number): string =>
  `SIP_PORT: is set for ${workers} workers, and a port belongs to one process. Set WEB_CONCURRENCY=1, or run a second server for SIP.`;

/** What decides that; whatever else is wrong is told by the workers. */
const startSchema = envSchema.pick({
  NODE_ENV: true,
  DATABASE_URL: true,
  SUPABASE_URL: true,
  REDIS_URL: true,
  WEB_CONCURRENCY: true,
  SIP_PORT: true,
});

function authKeys(secret: string | undefined, jwksUrl: string | undefined, dataDir: string): AuthKeys {
  if (secret === undefined && jwksUrl !== undefined) return { secret: undefined, jwksUrl };
  try {
    return { secret: createSecretKey(Buffer.from(secret ?? developmentSecret(dataDir))), jwksUrl };
  } catch (error) {
    throw new ConfigError([
      `JWT_SECRET: is empty and none could be made: ${(error as Error).message}. Set PARLEY_DATA_DIR to a folder that ` +
        'this user may write to, or set JWT_SECRET.',
    ]);
  }
}

function readEnvironment({ env, cwd }: ConfigSource): Settings {
  const files = ENV_FILES.map((name) => readEnvFile(join(cwd, name)));
  return Object.assign({}, ...files.toReversed(), withoutQuotes(env)) as Settings;
}

/** One line a key: what is wrong and what the key means. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  const firstOfKey = new Map<string, z.core.$ZodIssue>();
  for (const issue of issues) {
    const key = String(issue.path[0]);
    if (!firstOfKey.has(key)) firstOfKey.set(key, issue);
  }
  return [...firstOfKey].map(([key, issue]) => {
    const meaning = envSchema.shape[key as keyof Env].description;
    return `${key}: ${problem(issue)}${meaning === undefined ? '' : ` (meaning: ${meaning})`}.`;
  });
}

/** A value that says itself how it is written (src/config/env-values.ts) knows better. */
const ownWords = ({ message }: z.core.$ZodIssue, otherwise: string): string =>
  message.startsWith('must be ') ? message : otherwise;

const PROBLEMS = {
  invalid_value: (issue) => `must be one of ${issue.values.join(', ')}`,
  too_small: (issue) =>
    issue.origin === 'string'
      ? `must have at least ${issue.minimum} characters`
      : issue.origin === 'array'
        ? 'must name at least one'
        : issue.inclusive === false
          ? `must be more than ${issue.minimum}`
          : `must be at least ${issue.minimum}`,
  too_big: (issue) => `must be at most ${issue.maximum}`,
  invalid_format: (issue) =>
    ownWords(issue, issue.format === 'url' ? 'must be an http or https address' : 'has the wrong form'),
  invalid_type: (issue) => ownWords(issue, 'must be a whole number'),
  custom: (issue) => issue.message,
} as const satisfies {
  [Code in z.core.$ZodIssue['code']]?: (issue: Extract<z.core.$ZodIssue, { code: Code }>) => string;
};

function problem(issue: z.core.$ZodIssue): string {
  const describe = PROBLEMS[issue.code as keyof typeof PROBLEMS] as ((issue: z.core.$ZodIssue) => string) | undefined;
  return describe === undefined ? 'is not valid' : describe(issue);
}
