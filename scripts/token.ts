// Mints a development token that a server started from the same folder accepts.
//   npm run token -- --user demo [--agents julia,max] [--ttl 1h] [--claims '{"name":"Ann"}'] [--force]
import { parseArgs } from 'node:util';
import { mintToken } from '../src/identity/mint-token.js';
import { ConfigError } from '../src/config/config-error.js';
import { loadConfig } from '../src/config/load-config.js';

const USAGE = `Usage: npm run token -- --user <id> [--agents <name,...>] [--ttl <n>(s|m|h|d)] [--claims <json object>] [--force]`;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function main(): string {
  const { values } = parseArgs({
    options: {
      user: { type: 'string', default: 'demo' },
      agents: { type: 'string' },
      ttl: { type: 'string', default: '1h' },
      claims: { type: 'string', default: '{}' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return USAGE;
  const config = loadConfig();
  if (config.NODE_ENV === 'production' && !values.force) {
    throw new Error('NODE_ENV is production: tokens come from your own sign-in there. --force mints one anyway.');
  }
  if (config.auth.secret === undefined) {
    throw new Error('Tokens are checked with JWT_JWKS_URL: only its issuer can make one.');
  }
  const agents = values.agents?.split(',').map((name) => name.trim());
  return mintToken(config.auth.secret, {
    userId: values.user,
    ttlSeconds: seconds(values.ttl),
    claims: claims(values.claims),
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    ...(agents === undefined ? {} : { agents }),
  });
}

function seconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`--ttl must be a number with s, m, h or d.\n${USAGE}`);
  return Number(amount) * (UNITS[unit] ?? 1);
}

function claims(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined; // Told below, as everything else that is no object.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(`--claims must be a JSON object, for example '{"role":"admin"}'.\n${USAGE}`);
  }
  return parsed as Record<string, unknown>;
}

try {
  process.stdout.write(`${main()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.report : (error as Error).message}\n`);
  process.exitCode = 1;
}
