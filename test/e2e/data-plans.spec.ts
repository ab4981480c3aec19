import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Database } from '../../src/database/database.js';
import { SUPABASE_JWT_SECRET, SupabaseSimulator } from '../simulators/supabase.js';
import { openTestDatabase, quietLog } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/needs.js';
import { installServer, Pm2 } from '../support/pm2.js';
import { PostgresServer } from '../support/postgres-server.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { RedisServer } from '../support/redis-server.js';
import { sideBySide } from '../support/side-by-side.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Rows of docs/data.md with workers of a real PM2, a real PostgreSQL, a real Redis, and Supabase simulated over
// the same migrations: boot, a typed call on every worker, what is stored where, stop.

/** Compiled inside the repository, which the program looks for its data files in; git does not see the folder. */
const SCRATCH = resolve('.parley');
/** How long a machine that does ten other things may take for one row, ms. */
const ROW_MS = 120_000;
/** Rows at the same time: much of a boot is waiting. */
const AT_ONCE = 2;

const QUESTION = 'What transactions does client 5001 have?';

type Setting = 'DATABASE_URL' | 'SUPABASE_URL' | 'REDIS_URL';

type Business = 'postgres' | 'supabase' | 'embedded' | 'memory';

interface Row {
  readonly workers: number;
  readonly settings: readonly Setting[];
  readonly business: Business;
}

interface Served {
  readonly app: string;
  readonly supabase: SupabaseSimulator;
  readonly stream: string;
  readonly http: string;
  readonly dataDir: string;
  token(): string;
}

describeWith(['postgres', 'redis'])('workers of PM2', () => {
  let folder: string;
  let pm2: Pm2;
  let postgres: PostgresServer;
  let redis: RedisServer;
  /** The server's rows, as an operator sees them; and the Supabase project's own. */
  let rows: Database;
  let project: Database;
  let apps = 0;

  beforeAll(async () => {
    mkdirSync(SCRATCH, { recursive: true });
    folder = mkdtempSync(join(SCRATCH, 'pm2-'));
    installServer(folder);
    pm2 = await Pm2.create();
    [postgres, redis, project] = await Promise.all([PostgresServer.create(), RedisServer.start(), openTestDatabase()]);
    rows = await openTestDatabase({ url: postgres.url() });
  }, 180_000);
  afterAll(async () => {
    await pm2.close();
    await Promise.all([redis.destroy(), rows.close()]);
    await Promise.all([project.close(), postgres.destroy()]);
    rmSync(folder, { recursive: true, force: true });
  }, 180_000);

  const nameApp = (): string => `row${(apps += 1)}`;

  const environment = async (settings: readonly Setting[], database: string, supabase?: SupabaseSimulator) => ({
    NODE_ENV: 'development',
    VAD_PROVIDER: 'energy',
    HOST: '127.0.0.1',
    STREAM_WS_PORT: String(await freePort()),
    PARLEY_DATA_DIR: mkdtempSync(join(folder, 'data-')),
    AGENTS_DIR: resolve('agents'),
    JWT_SECRET: SUPABASE_JWT_SECRET,
    WEB_SEARCH_PROVIDER: 'none',
    EMBEDDINGS_PROVIDER: 'none',
    // Typed calls need no recogniser.
    STREAM_STT_PROVIDER: 'webspeech',
    STREAM_RATE_LIMIT_MAX: '1000',
    SHUTDOWN_GRACE_MS: '1000',
    // What one server has compiled need not be compiled by the next.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...(settings.includes('DATABASE_URL') ? { DATABASE_URL: database } : {}),
    ...(settings.includes('SUPABASE_URL')
      ? { SUPABASE_URL: supabase?.url ?? 'http://127.0.0.1:9', SUPABASE_ANON_KEY: supabase?.anonKey ?? 'never asked' }
      : {}),
    ...(settings.includes('REDIS_URL') ? { REDIS_URL: redis.url } : {}),
  });

  /** Starts workers as docs/data.md says, expects that they serve, and stops them when `use` is done. */
  async function serve(row: Row, use: (server: Served) => Promise<void>): Promise<void> {
    const supabase = await SupabaseSimulator.start(project);
    const app = nameApp();
    try {
      const token = await supabase.token('demo', 3600);
      const env = await environment(row.settings, row.business === 'memory' ? 'memory://' : postgres.url(), supabase);
      const wanted = { env: { ...env, WEB_CONCURRENCY: String(row.workers) }, cwd: folder };
      const { code, output } = await pm2.start(app, wanted);
      if (code !== 0) throw new Error(`pm2 start ended with ${code}:\n${output}\n${pm2.logs(app)}`);
      const http = `http://127.0.0.1:${env.STREAM_WS_PORT}`;
      await waitFor(() => healths(http, 1).then(Boolean, () => false), 60_000);
      // One that answers may not be alone yet.
      await waitFor(() => pm2.workers(app).length === row.workers, 30_000);
      const stream = `ws://127.0.0.1:${env.STREAM_WS_PORT}/v1/stream`;
      await use({ app, supabase, stream, http, dataDir: env.PARLEY_DATA_DIR, token: () => token });
    } finally {
      await pm2.forget(app);
      await supabase.close();
    }
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
    expect(await workersInMetrics(server)).toBe(workers);
    const ids = callers.map((caller) => caller.all('session.started')[0]?.sessionId ?? '');
    for (const caller of callers) await caller.hangUp();
    return ids;
  }

  async function chartOnEveryWorker(server: Served, caller: TextCaller | undefined, times: number): Promise<void> {
    const chart = await caller?.say('Generate a chart for client 5001');
    const url = chart?.tools[0]?.outcome.artifacts?.[0]?.url ?? '';
    expect(url).toMatch(/^\/v1\/artifacts\//);
    for (let turn = 0; turn < times; turn += 1) {
      const headers = { authorization: `Bearer ${server.token()}`, connection: 'close' };
      expect((await fetch(`${server.http}${url}`, { headers })).status).toBe(200);
    }
  }

  /**
   * What the column of resuming says. PM2's cluster deals connections out in turn, so that a caller who comes back as often
   * as this meets every worker.
   */
  async function comeBack(server: Served, { workers, settings }: Row): Promise<void> {
    const caller = await ResumingCaller.start(server.stream, server.token());
    if (workers > 1 && !settings.includes('REDIS_URL')) {
      expect(caller.resumeToken).toBe('');
    } else {
      await caller.say(QUESTION);
      for (let turn = 0; turn < 2 * workers; turn += 1) await caller.resume(server.stream);
      expect(await caller.say('And in total?')).toMatch(/Client 5001/);
      expect(caller.count('session.resumed')).toBe(2 * workers);
    }
    await caller.hangUp();
  }

  /** What is stored of calls: those that have ended, with what was said in them. */
  const stored = async (database: Database, ids: readonly string[]): Promise<string[]> => {
    const calls = await database.prisma.call.findMany({
      where: { callSid: { in: [...ids] }, endReason: 'client' },
      include: { transcript: { where: { speaker: 'user', text: QUESTION } } },
    });
    return calls.filter(({ transcript }) => transcript.length === 1).map(({ callSid }) => callSid);
  };

  // Every two of workers, Supabase and Redis; all three of each: src/config/data-plan.spec.ts.
  const shared: Row[] = [
    { workers: 1, settings: ['DATABASE_URL'], business: 'postgres' },
    { workers: 1, settings: ['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL'], business: 'supabase' },
    { workers: 2, settings: ['DATABASE_URL', 'REDIS_URL'], business: 'postgres' },
    { workers: 2, settings: ['DATABASE_URL', 'SUPABASE_URL'], business: 'supabase' },
  ];
  const sharedRow = sideBySide(shared, AT_ONCE, (row) =>
    serve(row, async (server) => {
      const ids = await callEveryWorker(server, row.workers);
      await comeBack(server, row);
      await waitFor(async () => (await stored(rows, ids)).length === ids.length, 20_000);
      expect(server.supabase.requests.length > 0).toBe(row.business === 'supabase');
      expect(await project.prisma.call.count()).toBe(0);
      expect(/REDIS_URL/.test(pm2.logs(server.app))).toBe(row.workers > 1 && !row.settings.includes('REDIS_URL'));
    }),
  );
  it.each(shared)(
    '$workers with $settings: calls go to PostgreSQL, the business is asked of $business',
    (row) => sharedRow(row),
    ROW_MS,
  );

  const alone: Row[] = [
    { workers: 1, settings: ['REDIS_URL'], business: 'embedded' },
    { workers: 1, settings: ['SUPABASE_URL'], business: 'supabase' },
  ];
  const aloneRow = sideBySide(alone, AT_ONCE, async (row) => {
    let served: { readonly dataDir: string; readonly ids: readonly string[] } | undefined;
    await serve(row, async (server) => {
      served = { dataDir: server.dataDir, ids: await callEveryWorker(server, 1) };
      await comeBack(server, row);
      const noted = /on this machine, not on Supabase: set DATABASE_URL/.test(pm2.logs(server.app));
      expect(noted).toBe(row.business === 'supabase');
      expect(server.supabase.requests.length > 0).toBe(row.business === 'supabase');
      expect(await project.prisma.call.count()).toBe(0);
    });
    const kept = await Database.open({ dataDir: served?.dataDir ?? '', log: quietLog });
    expect(await stored(kept, served?.ids ?? [])).toEqual(served?.ids);
    await kept.close();
  });
  it.each(alone)(
    '1 with $settings: calls stay on this machine, the business is asked of $business',
    (row) => aloneRow(row),
    ROW_MS,
  );

  const inMemory: Row[] = [{ workers: 1, settings: ['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL'], business: 'memory' }];
  const inMemoryRow = sideBySide(inMemory, AT_ONCE, (row) =>
    serve(row, async (server) => {
      await callEveryWorker(server, 1);
      await comeBack(server, row);
      expect(existsSync(join(server.dataDir, 'db'))).toBe(false);
    }),
  );
  it.each(inMemory)(
    '1 with $settings in memory: serves, and leaves nothing on the disk',
    (row) => inMemoryRow(row),
    ROW_MS,
  );

  // Every combination: src/config/data-plan.spec.ts. Here, that PM2 and each worker stop by it.
  const refused: { readonly settings: readonly Setting[]; readonly where: 'on disk' | 'in memory' }[] = [
    { settings: ['REDIS_URL'], where: 'on disk' },
    { settings: ['DATABASE_URL', 'SUPABASE_URL'], where: 'in memory' },
  ];
  const refusedRow = sideBySide(refused, AT_ONCE, async ({ settings }) => {
    const env = await environment(settings, 'memory://');
    const line = /DATABASE_URL: is (empty|memory:\/\/), .*there are 2 workers\. Set it to .*, or start one worker\./g;

    // As the ecosystem file starts them: PM2 itself is stopped.
    const wanted = { env: { ...env, WEB_CONCURRENCY: '2' }, cwd: folder };
    const stopped = await pm2.run(['start', 'ecosystem.config.js'], wanted);
    expect(stopped.code).not.toBe(0);
    expect(stopped.output.match(line)).toHaveLength(1);

    // As somebody starts them who does not know that file: every worker stops by itself.
    const app = nameApp();
    await pm2.run(['start', 'dist/main.js', '-i', '2', '--no-autorestart', '--name', app], { env, cwd: folder });
    await waitFor(() => (pm2.logs(app).match(line) ?? []).length === 2, 30_000);
    const others = pm2
      .logs(app)
      .split('\n')
      .filter((text) => !/DATABASE_URL: |The configuration has a fault\.|^$/.test(text));
    expect(others).toEqual([]);
    await waitFor(() => pm2.workers(app).length === 0, 20_000);
    expect(existsSync(join(env.PARLEY_DATA_DIR, 'db'))).toBe(false);
  });
  it.each(refused)(
    '2 with $settings, $where: nobody starts, and all say the same line',
    (row) => refusedRow(row),
    ROW_MS,
  );

  it(
    'one added to a worker that is alone says the line, and leaves the first one alone',
    () =>
      serve({ workers: 1, settings: ['DATABASE_URL'], business: 'memory' }, async ({ app, http }) => {
        const [first] = pm2.workers(app);
        await pm2.run(['scale', app, '2']);
        await waitFor(() => /DATABASE_URL: is memory:.* there are 2 workers/.test(pm2.logs(app)), 30_000);
        expect(await healths(http, 1)).toEqual([0]);
        expect(pm2.workers(app)).toContain(first);
      }),
    ROW_MS,
  );
});

/** Workers whose open sockets one scrape tells of. */
async function workersInMetrics({ http }: Served): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return text.match(/^parley_sessions_open(\{worker="\d+"\})? [1-9]/gm)?.length ?? 0;
}

/** `active_sessions` of as many workers as answer, one after the other. */
async function healths(http: string, times: number): Promise<number[]> {
  const answers: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const response = await fetch(`${http}/health`, { headers: { connection: 'close' } });
    answers.push(((await response.json()) as { active_sessions: number }).active_sessions);
  }
  return answers;
}
