import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.token.js';
import { processPlan } from '../config/load-config.js';
import type { ConfigSource } from '../config/load-config.js';
import { isOwnAddress } from '../config/origins.js';
import { Fault, Warning } from './check.js';
import type { Check } from './check.js';
import { clockCheck, filesCheck, foldersCheck, userCheck } from './machine-checks.js';

// What `npm run doctor -- --production` asks besides: settings without which a server works on a desk, and does harm or none of
// its work before callers. What the boot refuses in production is found before, when the configuration is read.

/** Characters of a token that nobody guesses while the page is asked as often as it may be. */
const TOKEN_CHARS = 16;
/** A secret of fewer different characters was typed, not made. */
const SECRET_VARIETY = 10;

export function productionChecks(config: Config, source: ConfigSource): Check[] {
  return [
    environmentCheck(source.env['NODE_ENV']),
    secretCheck(config),
    originsCheck(config),
    metricsCheck(config),
    proxyCheck(config),
    addressCheck(config),
    sharedDatabaseCheck(config),
    sharedRedisCheck(config, startedByPm2(config, source)),
    filesCheck(config),
    foldersCheck(config),
    userCheck(process.getuid?.()),
    clockCheck(config),
  ];
}

/** Where the server is started, it may be set by a unit, a container or PM2; here it may be set by nobody. */
export const environmentCheck = (nodeEnv: string | undefined): Check =>
  check('production', () =>
    nodeEnv === 'production'
      ? undefined
      : new Warning(
          'NODE_ENV is not production here, and everything below is told as if it were. The image, the unit of systemd and PM2 set it; whoever starts the server otherwise has to.',
        ),
  );

export const secretCheck = ({ auth, JWT_ISSUER: issuer, JWT_AUDIENCE: audience }: Auth): Check =>
  check('production tokens', () => {
    const secret = auth.secret?.export().toString('latin1');
    if (secret !== undefined && new Set(secret).size < SECRET_VARIETY) {
      throw new Fault('JWT_SECRET can be guessed. Make one by `openssl rand -hex 32`.');
    }
    if (auth.jwksUrl !== undefined && issuer === undefined && audience === undefined) {
      return new Warning(
        'every token of that issuer is taken, whatever it was made for. Set JWT_AUDIENCE, and JWT_ISSUER, to what yours hold.',
      );
    }
    return undefined;
  });

export const originsCheck = ({ STREAM_CORS_ORIGIN: origins }: Pick<Config, 'STREAM_CORS_ORIGIN'>): Check =>
  check('production origins', () => {
    const odd = origins.filter((origin) => origin.startsWith('http:') || isOwnAddress(origin));
    if (odd.length === 0) return origins.join(', ');
    return new Warning(
      `${odd.join(', ')} in STREAM_CORS_ORIGIN: a page there may be anybody’s. List https origins of yours.`,
    );
  });

export const metricsCheck = ({ METRICS_TOKEN: token }: Pick<Config, 'METRICS_TOKEN'>): Check =>
  check('production metrics', () => {
    if (token === undefined) {
      throw new Fault('nobody can see how it does: GET /metrics is off. Set METRICS_TOKEN (`openssl rand -hex 16`).');
    }
    if (token.length < TOKEN_CHARS) {
      return new Warning(`METRICS_TOKEN has ${token.length} characters: take ${TOKEN_CHARS} or more.`);
    }
    return undefined;
  });

export const proxyCheck = ({ TRUST_PROXY: proxies }: Pick<Config, 'TRUST_PROXY'>): Check =>
  check('production proxy', () => {
    if (proxies > 0) return `${proxies} in front`;
    throw new Fault(
      'TRUST_PROXY is 0. The server speaks no TLS, so something stands in front of it, and all callers would count as that one address: set it to the number of proxies (1 behind nginx).',
    );
  });

export const addressCheck = ({ PUBLIC_ORIGIN: origin, TWILIO_AUTH_TOKEN: twilio }: Address): Check =>
  check('production address', () => {
    if (origin === undefined && twilio === undefined) return 'not needed: nobody calls by Twilio';
    if (origin !== undefined && origin.startsWith('https:') && !isOwnAddress(origin)) return origin;
    throw new Fault(
      'PUBLIC_ORIGIN is not where Twilio could reach this server: set it to its public address, such as https://voice.example.com.',
    );
  });

export const sharedDatabaseCheck = ({ DATABASE_URL: url }: Pick<Config, 'DATABASE_URL'>): Check =>
  check('production database', () => {
    if (url?.startsWith('postgres') === true) return undefined;
    throw new Fault(
      `DATABASE_URL is ${url ?? 'empty'}: what calls leave behind is ${url === undefined ? 'in a folder of one process, which no dump and no second worker can open' : 'gone when the process ends'}. Set it to postgresql://...`,
    );
  });

/** `pm2` is how many workers it would start here, when that has not been said. */
export const sharedRedisCheck = (
  { REDIS_URL: redis, workers }: Pick<Config, 'REDIS_URL' | 'workers'>,
  pm2: number | undefined,
): Check =>
  check('production workers', () => {
    const told = Math.max(workers, pm2 ?? 1);
    if (redis !== undefined || told === 1) return `${told}${redis === undefined ? '' : ', which share calls in Redis'}`;
    const consequence = `${told} workers and no REDIS_URL: a call ends with its connection, and each worker counts limits for itself.`;
    if (workers > 1) throw new Fault(`${consequence} Set REDIS_URL, or start one worker.`);
    return new Warning(`where PM2 starts them, ${consequence} Set REDIS_URL, or WEB_CONCURRENCY=1.`);
  });

/** Undefined where it would start none, as its own boot says. */
function startedByPm2({ WEB_CONCURRENCY: asked }: Config, source: ConfigSource): number | undefined {
  try {
    return asked > 0 ? asked : processPlan(source, availableParallelism()).workers;
  } catch {
    return undefined;
  }
}

type Auth = Pick<Config, 'auth' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;
type Address = Pick<Config, 'PUBLIC_ORIGIN' | 'TWILIO_AUTH_TOKEN'>;

/** A check that has to wait for nothing. */
const check = (name: string, judge: () => string | Warning | undefined): Check => ({
  name,
  run: () => Promise.resolve().then(judge),
});
