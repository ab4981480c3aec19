// Calls that go on while a real PM2 replaces every worker under them: `pm2 reload`, with a real Redis and PostgreSQL.
import { createSecretKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mintToken } from '../../src/identity/mint-token.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { openTestDatabase } from './database.js';
import { freePort } from './free-port.js';
import { installServer, Pm2 } from './pm2.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';
import { SdkCaller } from './sdk-caller.js';

/** Compiled inside the repository, which the program looks for its data files in; git does not see the folder. */
const SCRATCH = resolve('.parley');
const SECRET = 'a secret for tests, long enough for HS256';
const CLIENTS = [5001, 5002, 5003, 5004, 5005];

export interface ReloadReport {
  /** Processes of the workers before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** How long each call was without a connection, each time, ms. */
  readonly gaps: readonly number[];
  readonly faults: readonly string[];
}

/**
 * Every call has asked something before the reload, and says after it what only somebody understands who knows that. With
 * `vendorsVoice` a vendor speaks, as it does in production: the keyless voice is in the workers, and takes a core for ten calls.
 */
export async function reloadUnder(calls: number, { vendorsVoice = false } = {}): Promise<ReloadReport> {
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, 'reload-'));
  installServer(folder);
  const [pm2, redis, postgres, vendor] = await Promise.all([
    Pm2.create(),
    RedisServer.start(),
    PostgresServer.create(),
    OpenAiSimulator.start(),
  ]);
  try {
    await (await openTestDatabase({ url: postgres.url() })).close();
    const port = await freePort();
    const env = {
      HOST: '127.0.0.1',
      // It is production by itself, which wants to know whose pages may connect.
      STREAM_CORS_ORIGIN: 'https://app.example.com',
      STREAM_WS_PORT: String(port),
      PARLEY_DATA_DIR: join(folder, 'data'),
      AGENTS_DIR: resolve('agents'),
      JWT_SECRET: SECRET,
      WEB_SEARCH_PROVIDER: 'none',
      EMBEDDINGS_PROVIDER: 'none',
      STREAM_STT_PROVIDER: 'webspeech',
      STREAM_RATE_LIMIT_MAX: '100000',
      STREAM_MAX_CONCURRENT_SESSIONS: '200',
      // Other tests want the processor too.
      STREAM_MAX_LOOP_PERCENT: '0',
      STREAM_MAX_LOOP_DELAY_MS: '0',
      // Nothing is ever sent there: what is asked before a mail is what shows that the call is known.
      SMTP_URL: 'smtp://127.0.0.1:9',
      DATABASE_URL: postgres.url(),
      REDIS_URL: redis.url,
      WEB_CONCURRENCY: '2',
      ...(vendorsVoice
        ? {
            STREAM_TTS_PROVIDER: 'openai',
            OPENAI_TTS_BASE_URL: vendor.url,
            OPENAI_TTS_API_KEY: SIMULATED_OPENAI_KEY,
          }
        : {}),
    };
    const started = await pm2.run(['start', 'ecosystem.config.js'], { env, cwd: folder });
    if (started.code !== 0) throw new Error(`pm2 start ended with ${started.code}:\n${started.output}\n${pm2.logs()}`);
    return await reload(pm2, `ws://127.0.0.1:${port}/v1/stream`, calls);
  } finally {
    await pm2.close();
    await Promise.all([redis.destroy(), postgres.destroy(), vendor.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function reload(pm2: Pm2, stream: string, calls: number): Promise<ReloadReport> {
  const key = createSecretKey(Buffer.from(SECRET));
  const callers: { readonly sdk: SdkCaller; readonly client: number }[] = [];
  for (let index = 0; index < calls; index += 1) {
    const sdk = await SdkCaller.call(stream, () => mintToken(key, { userId: 'demo', ttlSeconds: 3600 }));
    const client = CLIENTS[index % CLIENTS.length] ?? 0;
    callers.push({ sdk, client });
    await sdk.ask(client);
  }
  const before = pm2.workers();
  const { code, output } = await pm2.run(['reload', 'parley']);
  const faults = code === 0 ? [] : [`pm2 reload ended with ${code}: ${output}`];
  const after = pm2.workers();
  for (const { sdk, client } of callers) {
    try {
      await sdk.followUp(client)();
    } catch (error) {
      faults.push(String(error));
    }
    faults.push(...sdk.faults());
  }
  const gaps = callers.flatMap(({ sdk }) => sdk.gaps);
  await Promise.all(callers.map(({ sdk }) => sdk.hangUp()));
  return { before, after, gaps, faults };
}
