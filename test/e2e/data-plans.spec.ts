import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Database } from '../../src/database/database.js';
import { SUPABASE_JWT_SECRET, SupabaseSimulator } from '../simulators/supabase.js';
import { openTestDatabase, quietLog } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/needs.js';
import { installServer, Pm2 } from '../support/pm2.js';
import { PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// The rows of docs/data.md, each with workers of a real PM2, a real PostgreSQL, a real Redis, and Supabase simulated over
// the same migrations: boot, a typed call on every worker, what is stored where, stop.

/** Compiled inside the repository, which the program looks for its data files in; git does not see the folder. */
const SCRATCH = resolve('.parley');
/** How long a machine that does ten other things may take for one row, ms. */
const ROW_MS = 120_000;

const QUESTION = 'What transactions does client 5001 have?';

type Setting = 'DATABASE_URL' | 'SUPABASE_URL' | 'REDIS_URL';

interface Served {
  readonly stream: string;
  readonly http: string;
  readonly dataDir: string;
  token(): string;
}

describeWith(['postgres', 'redis', 'flite'])('workers of PM2', () => {
  let folder: string;
  let pm2: Pm2;
  let postgres: PostgresServer;
  let redis: RedisServer;
  /** The server's rows, as an operator sees them; and the Supabase project's own. */
  let rows: Database;
  let project: Database;
  let supabase: SupabaseSimulator;
  let token: string;

  beforeAll(async () => {
    mkdirSync(SCRATCH, { recursive: true });
    folder = mkdtempSync(join(SCRATCH, 'pm2-'));
    installServer(folder);
    pm2 = await Pm2.create();
    [postgres, redis, project] = await Promise.all([PostgresServer.create(), RedisServer.start(), openTestDatabase()]);
    rows = await openTestDatabase({ url: postgres.url() });
    supabase = await SupabaseSimulator.start(project);
    token = await supabase.token('demo', 3600);
  }, 180_000);
  afterEach(() => pm2.forget(), 60_000);
  afterAll(async () => {
    await pm2.close();
    await Promise.all([supabase.close(), redis.destroy(), rows.close()]);
    await Promise.all([project.close(), postgres.destroy()]);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const environment = (settings: readonly Setting[], database: string | undefined, dataDir: string, port: number) => ({
    NODE_ENV: 'development',
    VAD_PROVIDER: 'energy',
    HOST: '127.0.0.1',
    STREAM_WS_PORT: String(port),
    PARLEY_DATA_DIR: dataDir,
    AGENTS_DIR: resolve('agents'),
    JWT_SECRET: SUPABASE_JWT_SECRET,
    WEB_SEARCH_PROVIDER: 'none',
    // Typed calls need no recogniser.
    STREAM_STT_PROVIDER: 'webspeech',
    STREAM_RATE_LIMIT_MAX: '1000',
    SHUTDOWN_GRACE_MS: '1000',
    ...(settings.includes('DATABASE_URL') ? { DATABASE_URL: database ?? postgres.url() } : {}),
    ...(settings.includes('SUPABASE_URL') ? { SUPABASE_URL: supabase.url, SUPABASE_ANON_KEY: supabase.anonKey } : {}),
    ...(settings.includes('REDIS_URL') ? { REDIS_URL: redis.url } : {}),
  });

  /** Starts workers as docs/data.md says, and expects that they serve. */
  async function serve(settings: readonly Setting[], workers: number, database?: string): Promise<Served> {
    const port = await freePort();
    const dataDir = mkdtempSync(join(folder, 'data-'));
    const env = { ...environment(settings, database, dataDir, port), WEB_CONCURRENCY: String(workers) };
    const { code, output } = await pm2.run(['start', 'ecosystem.config.js'], { env, cwd: folder });
    if (code !== 0) throw new Error(`pm2 start ended with ${code}:\n${output}\n${pm2.logs()}`);
    const http = `http://127.0.0.1:${port}`;
    await waitFor(async () => {
      const answers = await healths(http, 1).catch(() => undefined);
      return answers !== undefined;
    }, 60_000);
    expect(await pm2.workers()).toHaveLength(workers);
    return { stream: `ws://127.0.0.1:${port}/v1/stream`, http, dataDir, token: () => token };
  }

  /** A typed call on every worker, and a chart made on one that all can show. Returns the calls' ids. */
  async function callEveryWorker(server: Served, workers: number): Promise<string[]> {
    const callers: TextCaller[] = [];
    // PM2's cluster deals connections out in turn, so that as many answers as this come from every worker.
    do {
      expect(callers.length).toBeLessThan(4 * workers);
      callers.push(await TextCaller.call(server));
    } while ((await healths(server.http, 3 * workers)).includes(0));
    for (const caller of callers) {
      const { tools } = await caller.say(QUESTION);
      expect(tools).toMatchObject([{ name: 'query_transactions', outcome: { ok: true } }]);
    }
    if (workers > 1) await chartOnEveryWorker(server, callers[0], 2 * workers);
    const ids = callers.map((caller) => caller.all('session.started')[0]?.sessionId ?? '');
    for (const caller of callers) await caller.hangUp();
    return ids;
  }

  async function chartOnEveryWorker(server: Served, caller: TextCaller | undefined, times: number): Promise<void> {
    const chart = await caller?.say('Generate a chart for client 5001');
    const url = chart?.tools[0]?.outcome.artifacts?.[0]?.url ?? '';
    expect(url).toMatch(/^\/v1\/artifacts\//);
    for (let turn = 0; turn < times; turn += 1) {
      const headers = { authorization: `Bearer ${token}`, connection: 'close' };
      expect((await fetch(`${server.http}${url}`, { headers })).status).toBe(200);
    }
  }

  /** What is stored of calls: those that have ended, with what was said in them. */
  const stored = async (database: Database, ids: readonly string[]): Promise<string[]> => {
    const calls = await database.prisma.call.findMany({
      where: { id: { in: [...ids] }, endReason: 'client' },
      include: { events: { where: { kind: 'turn.ended', text: QUESTION } } },
    });
    return calls.filter(({ events }) => events.length === 1).map(({ id }) => id);
  };

  it.each([
    [1, ['DATABASE_URL'], 'postgres'],
    [1, ['DATABASE_URL', 'REDIS_URL'], 'postgres'],
    [1, ['DATABASE_URL', 'SUPABASE_URL'], 'supabase'],
    [1, ['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL'], 'supabase'],
    [2, ['DATABASE_URL'], 'postgres'],
    [2, ['DATABASE_URL', 'REDIS_URL'], 'postgres'],
    [2, ['DATABASE_URL', 'SUPABASE_URL'], 'supabase'],
    [2, ['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL'], 'supabase'],
  ] as [number, Setting[], string][])(
    '%d with %j: calls go to PostgreSQL, the business is asked of %s',
    async (workers, settings, business) => {
      const asked = supabase.requests.length;
      const ids = await callEveryWorker(await serve(settings, workers), workers);
      await waitFor(async () => (await stored(rows, ids)).length === ids.length, 20_000);
      expect(supabase.requests.length > asked).toBe(business === 'supabase');
      expect(await project.prisma.call.count()).toBe(0);
      expect(/REDIS_URL/.test(pm2.logs())).toBe(workers > 1 && !settings.includes('REDIS_URL'));
    },
    ROW_MS,
  );

  it.each([
    [[], 'embedded'],
    [['REDIS_URL'], 'embedded'],
    [['SUPABASE_URL'], 'supabase'],
    [['SUPABASE_URL', 'REDIS_URL'], 'supabase'],
  ] as [Setting[], string][])(
    '1 with %j: calls stay on this machine, the business is asked of %s',
    async (settings, business) => {
      const asked = supabase.requests.length;
      const server = await serve(settings, 1);
      const ids = await callEveryWorker(server, 1);
      const noted = /on this machine, not on Supabase: set DATABASE_URL/.test(pm2.logs());
      expect(noted).toBe(business === 'supabase');
      await pm2.forget();
      expect(supabase.requests.length > asked).toBe(business === 'supabase');
      expect(await project.prisma.call.count()).toBe(0);
      const kept = await Database.open({ dataDir: server.dataDir, log: quietLog });
      expect(await stored(kept, ids)).toEqual(ids);
      await kept.close();
    },
    ROW_MS,
  );

  it.each([
    [['DATABASE_URL']],
    [['DATABASE_URL', 'REDIS_URL']],
    [['DATABASE_URL', 'SUPABASE_URL']],
    [['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL']],
  ] as [Setting[]][])(
    '1 with %j in memory: serves, and leaves nothing on the disk',
    async (settings) => {
      const server = await serve(settings, 1, 'memory://');
      await callEveryWorker(server, 1);
      expect(existsSync(join(server.dataDir, 'db'))).toBe(false);
    },
    ROW_MS,
  );

  it.each([
    [[], undefined],
    [['REDIS_URL'], undefined],
    [['SUPABASE_URL'], undefined],
    [['SUPABASE_URL', 'REDIS_URL'], undefined],
    [['DATABASE_URL'], 'memory://'],
    [['DATABASE_URL', 'REDIS_URL'], 'memory://'],
    [['DATABASE_URL', 'SUPABASE_URL'], 'memory://'],
    [['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL'], 'memory://'],
  ] as [Setting[], string | undefined][])(
    '2 with %j (%s): nobody starts, and all say the same line',
    async (settings, database) => {
      const dataDir = mkdtempSync(join(folder, 'data-'));
      const env = environment(settings, database, dataDir, await freePort());
      const line = /DATABASE_URL: is (empty|memory:\/\/), .*there are 2 workers\. Set it to .*, or start one worker\./g;

      // As the ecosystem file starts them: PM2 itself is stopped.
      const wanted = { env: { ...env, WEB_CONCURRENCY: '2' }, cwd: folder };
      const refused = await pm2.run(['start', 'ecosystem.config.js'], wanted);
      expect(refused.code).not.toBe(0);
      expect(refused.output.match(line)).toHaveLength(1);

      // As somebody starts them who does not know that file: every worker stops by itself.
      await pm2.run(['start', 'dist/main.js', '-i', '2', '--no-autorestart'], { env, cwd: folder });
      await waitFor(() => (pm2.logs().match(line) ?? []).length === 2, 30_000);
      const others = pm2
        .logs()
        .split('\n')
        .filter((text) => !/DATABASE_URL: |The configuration has a fault\.|^$/.test(text));
      expect(others).toEqual([]);
      await waitFor(async () => (await pm2.workers()).length === 0, 20_000);
      expect(existsSync(join(dataDir, 'db'))).toBe(false);
    },
    ROW_MS,
  );

  it(
    'one added to a worker that is alone says the line, and leaves the first one alone',
    async () => {
      const server = await serve(['DATABASE_URL'], 1, 'memory://');
      const [first] = await pm2.workers();
      await pm2.run(['scale', 'parley', '2']);
      await waitFor(() => /DATABASE_URL: is memory:.* there are 2 workers/.test(pm2.logs()), 30_000);
      expect(await healths(server.http, 1)).toEqual([0]);
      expect(await pm2.workers()).toContain(first);
    },
    ROW_MS,
  );
});

/** `active_sessions` of as many workers as answer, one after the other. */
async function healths(http: string, times: number): Promise<number[]> {
  const answers: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const response = await fetch(`${http}/health`, { headers: { connection: 'close' } });
    answers.push(((await response.json()) as { active_sessions: number }).active_sessions);
  }
  return answers;
}
