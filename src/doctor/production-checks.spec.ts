import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../../test/support/needs.js';
import { PostgresServer } from '../../test/support/postgres-server.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { runChecks } from './check.js';
import type { Check } from './check.js';
import { clockCheck, filesCheck, foldersCheck, userCheck } from './machine-checks.js';
import {
  addressCheck,
  environmentCheck,
  metricsCheck,
  originsCheck,
  proxyCheck,
  secretCheck,
  sharedDatabaseCheck,
  sharedRedisCheck,
} from './production-checks.js';

/** The line of one check, without how long it took. */
async function lineOf(check: Check): Promise<string> {
  const lines: string[] = [];
  await runChecks([check], { print: (line) => lines.push(line) });
  return lines.join('\n').replace(/ \(\d+ ms\)$/, '');
}

const secret = (text: string) => ({ secret: createSecretKey(Buffer.from(text)), jwksUrl: undefined });
const random = '3f9c1be07a5d4e62883b0c9f1d6e7a52';
const issued = { secret: undefined, jwksUrl: 'https://id.example.com/jwks.json' };

describe('what production must have', () => {
  it.each<[string, Check, RegExp]>([
    ['its name', environmentCheck('production'), /^ok {2}production$/],
    ['another name', environmentCheck(undefined), /^warn production: NODE_ENV is not production here/],
    ['a made secret', secretCheck({ auth: secret(random), JWT_ISSUER: undefined, JWT_AUDIENCE: undefined }), /^ok /],
    [
      'a typed secret',
      secretCheck({ auth: secret('change'.repeat(6)), JWT_ISSUER: undefined, JWT_AUDIENCE: undefined }),
      /^BAD production tokens: JWT_SECRET can be guessed\. Make one by/,
    ],
    [
      'tokens for anybody',
      secretCheck({ auth: issued, JWT_ISSUER: undefined, JWT_AUDIENCE: undefined }),
      /^warn production tokens: every token of that issuer is taken/,
    ],
    ['tokens for us', secretCheck({ auth: issued, JWT_ISSUER: undefined, JWT_AUDIENCE: 'parley' }), /^ok /],
    ['origins of its own', originsCheck({ STREAM_CORS_ORIGIN: ['https://app.example.com'] }), /^ok .*app\.example/],
    [
      'an origin of a desk',
      originsCheck({ STREAM_CORS_ORIGIN: ['https://app.example.com', 'http://localhost:5173'] }),
      /^warn production origins: http:\/\/localhost:5173 in STREAM_CORS_ORIGIN/,
    ],
    ['no metrics', metricsCheck({ METRICS_TOKEN: undefined }), /^BAD production metrics: .* Set METRICS_TOKEN/],
    ['a short token', metricsCheck({ METRICS_TOKEN: 'secret' }), /^warn production metrics: METRICS_TOKEN has 6/],
    ['metrics', metricsCheck({ METRICS_TOKEN: random }), /^ok {2}production metrics$/],
    ['nothing in front', proxyCheck({ TRUST_PROXY: 0 }), /^BAD production proxy: TRUST_PROXY is 0.*\(1 behind nginx\)/],
    ['a proxy', proxyCheck({ TRUST_PROXY: 1 }), /^ok {2}production proxy: 1 in front$/],
    ['no telephone', addressCheck({ PUBLIC_ORIGIN: undefined, TWILIO_AUTH_TOKEN: undefined }), /^ok /],
    [
      'a telephone on a desk',
      addressCheck({ PUBLIC_ORIGIN: 'https://localhost:3001', TWILIO_AUTH_TOKEN: 'x' }),
      /^BAD production address: PUBLIC_ORIGIN is not where Twilio/,
    ],
    [
      'a telephone',
      addressCheck({ PUBLIC_ORIGIN: 'https://voice.example.com', TWILIO_AUTH_TOKEN: 'x' }),
      /^ok {2}production address: https:\/\/voice\.example\.com$/,
    ],
    ['a folder', sharedDatabaseCheck({ DATABASE_URL: undefined }), /^BAD .*: DATABASE_URL is empty: .*one process/],
    ['memory', sharedDatabaseCheck({ DATABASE_URL: 'memory://' }), /^BAD .*: DATABASE_URL is memory:\/\/: .*gone/],
    ['a server', sharedDatabaseCheck({ DATABASE_URL: 'postgresql://u:hunter2@h/p' }), /^ok {2}production database$/],
    ['one worker', sharedRedisCheck({ REDIS_URL: undefined, workers: 1 }, 1), /^ok {2}production workers: 1$/],
    [
      'several that share nothing',
      sharedRedisCheck({ REDIS_URL: undefined, workers: 2 }, undefined),
      /^BAD production workers: 2 workers and no REDIS_URL: .* Set REDIS_URL, or start one worker\./,
    ],
    [
      'several that PM2 would start',
      sharedRedisCheck({ REDIS_URL: undefined, workers: 1 }, 4),
      /^warn production workers: where PM2 starts them, 4 workers and no REDIS_URL/,
    ],
    [
      'several that share',
      sharedRedisCheck({ REDIS_URL: 'redis://:hunter2@h', workers: 2 }, 1),
      /^ok {2}production workers: 2, which share calls in Redis$/,
    ],
    ['root', userCheck(0), /^warn production user: this is root/],
    ['a user', userCheck(1000), /^ok {2}production user$/],
  ])('%s', async (_what, check, line) => {
    expect(await lineOf(check)).toMatch(line);
  });
});

describe('the machine', () => {
  it.each<[number, RegExp]>([
    [4256, /^ok {2}production open files: 4256$/],
    [4255, /^BAD production open files: 4255 may be open \(ulimit -n\), and 1000 calls .* need 4256\. Raise it/],
    [Infinity, /^ok {2}production open files: without a limit$/],
  ])('may open %d files', async (limit, line) => {
    const check = filesCheck({ STREAM_MAX_SESSIONS: 1000 }, () => Promise.resolve(limit));
    expect(await lineOf(check)).toMatch(line);
  });

  it('is asked how many files it may open', async () => {
    expect(await lineOf(filesCheck({ STREAM_MAX_SESSIONS: 1 }))).toMatch(/^ok {2}production open files: (\d+|without)/);
    expect(await lineOf(filesCheck({ STREAM_MAX_SESSIONS: 1e12 }))).toMatch(/^(BAD|ok {2}.*without)/);
  });

  it.each<[string, number, number, RegExp]>([
    ['a disk', 0xef53, 4, /^ok {2}production folders$/],
    ['a full disk', 0xef53, 1, /^warn production folders: .* has 1024 MB left: make it 2048\.$/],
    ['memory', 0x01021994, 4, /^warn production folders: .* is in memory, gone at the next start/],
    ['a layer', 0x794c7630, 4, /^warn production folders: .* is in the container’s own layer, gone with the container/],
  ])('keeps its data in %s', async (_what, type, gigabytes, line) => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
    try {
      const look = () => Promise.resolve({ type, bavail: gigabytes * 1024 ** 2, bsize: 1024 });
      const check = foldersCheck({ PARLEY_DATA_DIR: folder, RECORDINGS_DIR: undefined }, look);
      expect(await lineOf(check)).toMatch(line);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says which folder it cannot use', async () => {
    const check = foldersCheck({ PARLEY_DATA_DIR: tmpdir(), RECORDINGS_DIR: '/dev/null/recordings' });
    expect(await lineOf(check)).toMatch(/^BAD production folders: \/dev\/null\/recordings cannot be used \(ENOTDIR\)/);
  });

  it('has a clock that nothing is there to compare with', async () => {
    const check = clockCheck({ DATABASE_URL: undefined, REDIS_URL: undefined });
    expect(await lineOf(check)).toMatch(/^warn production clock: there is no database or Redis/);
  });

  describeWith(['redis', 'postgres'])('beside the clocks of others', () => {
    it('is right, or is told by how much it is not', async () => {
      const [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.create()]);
      try {
        const others = [
          { DATABASE_URL: undefined, REDIS_URL: redis.url },
          { DATABASE_URL: postgres.url(), REDIS_URL: undefined },
        ];
        for (const other of others) {
          expect(await lineOf(clockCheck(other))).toBe('ok  production clock');
          const ahead = clockCheck(other, () => Date.now() + 90_000);
          expect(await lineOf(ahead)).toMatch(
            /^BAD production clock: this machine is 90 s ahead of the (Redis|database)/,
          );
          const behind = clockCheck(other, () => Date.now() - 90_000);
          expect(await lineOf(behind)).toMatch(
            /^BAD production clock: this machine is 90 s behind the (Redis|database)/,
          );
        }
      } finally {
        await Promise.all([redis.destroy(), postgres.destroy()]);
      }
    }, 60_000);
  });
});
