// A canary from its first callers to its end, on two instances of the whole app that share a real Redis: who gets which
// model, a canary that fails and is taken back, and what an operator sees and does over HTTP.
import { jest } from '@jest/globals';
import { assign } from '../../src/rollout/assignment.js';
import type { EntryView, RolloutView } from '../../src/rollout/rollout-view.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatKnobs } from '../simulators/openai-knobs.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { RedisServer } from '../support/redis-server.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;

const SHARES = [
  { providers: ['openai', 'rules'], share: 30 },
  { providers: ['rules'], share: 70 },
] as const;
const userOf = (provider: string, shares: Parameters<typeof assign>[0] = SHARES): string => {
  const users = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
  const user = users.find((name) => assign(shares, 'llm', name)?.providers[0] === provider);
  if (user === undefined) throw new Error(`nobody gets ${provider}`);
  return user;
};
const CANARY_USER = userOf('openai');
const BASELINE_USER = userOf('rules');

describeWith(['redis'])('a rollout over two instances', () => {
  let redis: RedisServer;
  let deepgram: DeepgramSimulator;
  let openai: OpenAiSimulator;
  let chat: ChatKnobs = {};
  let one: ParleyApp;
  let two: ParleyApp;
  const callers: TextCaller[] = [];

  const startApp = async (env: Record<string, string> = {}): Promise<ParleyApp> =>
    ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'deepgram',
        STREAM_LLM_PROVIDER: 'rules',
        STREAM_TTS_PROVIDER: 'openai',
        STREAM_LLM_ROLLOUT: 'openai>rules:30,rules:70',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
        REDIS_URL: redis.url,
        ...env,
      },
      agents: { own: 'name: Own\ninstructions: You are Own.\nproviders: { llm: [openai] }\n' },
    });

  beforeAll(async () => {
    [redis, deepgram, openai] = await Promise.all([
      RedisServer.start(),
      DeepgramSimulator.start(),
      OpenAiSimulator.start({ chat: () => chat, replyWords: 5 }),
    ]);
    [one, two] = await Promise.all([startApp(), startApp()]);
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.client.ws.close(1000);
    await waitFor(async () => (await one.activeSessions()) + (await two.activeSessions()) === 0, PATIENCE_MS);
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await Promise.all([deepgram.close(), openai.close(), redis.destroy()]);
  });

  const request = async (app: ParleyApp, method: string, path: string, body?: unknown, token?: string) => {
    const response = await fetch(`${app.http}/v1/admin/rollout${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token ?? app.token('ops', { claims: { role: 'admin' } })}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: (await response.json()) as RolloutView & { error: string; message: string },
    };
  };
  const show = async (app: ParleyApp): Promise<RolloutView> => (await request(app, 'GET', '')).body;
  const entry = async (app: ParleyApp, provider: string): Promise<EntryView> => {
    const found = (await show(app)).kinds.llm.entries.find((candidate) => candidate.provider === provider);
    if (found === undefined) throw new Error(`no entry ${provider}`);
    return found;
  };

  /** Calls, asks once, and tells whether OpenAI was asked for the answer. */
  const asksOpenAi = async (app: ParleyApp, user: string, agent?: string): Promise<boolean> => {
    const before = openai.counts.chat;
    const caller = await TextCaller.call(app, { user, start: agent === undefined ? {} : { agent }, greeted: false });
    callers.push(caller);
    const answer = await caller.say('hello there');
    expect(answer.text).not.toBe('');
    expect(answer.errors).toEqual([]);
    return openai.counts.chat > before;
  };

  it('lets nobody in but admins', async () => {
    for (const [claims, status] of [
      [{}, 403],
      [{ role: 'authenticated' }, 403],
      [{ role: ['admin'] }, 403],
      [{ admin: 'true' }, 403],
      [{ user_metadata: { role: 'admin' } }, 403],
      [{ role: 'admin' }, 200],
      [{ admin: true }, 200],
    ] as const) {
      const token = one.token('ann', { claims });
      expect([claims, (await request(one, 'GET', '', undefined, token)).status]).toEqual([claims, status]);
    }
    const ann = one.token('ann');
    expect(await request(one, 'PUT', '/llm', { shares: { rules: 100 } }, ann)).toMatchObject({
      status: 403,
      body: { error: 'admin_required' },
    });
    expect((await request(one, 'POST', '/llm/lift', {}, ann)).status).toBe(403);
    expect((await request(one, 'DELETE', '/llm', undefined, ann)).status).toBe(403);
    expect((await fetch(`${one.http}/v1/admin/rollout`)).status).toBe(401);
  });

  it('gives a caller the same model on every instance, unless the agent names its own', async () => {
    expect(await asksOpenAi(one, CANARY_USER)).toBe(true);
    expect(await asksOpenAi(two, CANARY_USER)).toBe(true);
    expect(await asksOpenAi(one, BASELINE_USER)).toBe(false);
    expect(await asksOpenAi(two, BASELINE_USER)).toBe(false);
    expect(await asksOpenAi(one, BASELINE_USER, 'own')).toBe(true);
    const metrics = await (await fetch(`${one.http}/metrics`)).text();
    expect(metrics).toContain('parley_calls_total{agent="julia",stt="deepgram",llm="openai>rules",tts="openai"} 1');
    expect(metrics).toContain('parley_rollout_share{kind="llm",provider="openai"} 30');
    expect(metrics).toContain('parley_rollout_held{kind="llm",provider="openai"} 0');
  });

  it('shows what it has measured', async () => {
    expect(await show(one)).toMatchObject({
      scope: 'all instances',
      connected: true,
      bounds: { windowMs: 300_000, maxErrorPercent: 1, maxP95Ms: 5000, minSamples: 200 },
      kinds: { stt: { source: 'none', entries: [] }, llm: { source: 'environment' } },
    });
    const canary = await entry(one, 'openai');
    expect(canary).toMatchObject({ name: 'openai>rules', role: 'canary', share: 30, serving: 30, hold: null });
    expect(canary.measured).toMatchObject({ errors: 0, errorPercent: 0, down: false });
    expect(canary.measured.attempts).toBeGreaterThan(0);
    expect(canary.measured.latencies).toBeGreaterThan(0);
    expect((await entry(one, 'rules')).role).toBe('baseline');
  });

  it('refuses what cannot be, and says why', async () => {
    const refused = async (method: string, path: string, body: unknown) => {
      const { status, body: answer } = await request(one, method, path, body);
      return [status, answer.error, answer.message];
    };
    expect(await refused('PUT', '/vad', { shares: { rules: 100 } })).toEqual([404, 'unknown_kind', expect.any(String)]);
    expect(await refused('PUT', '/llm', { shares: { rules: 90 } })).toEqual([
      400,
      'invalid_shares',
      expect.stringMatching(/add up to 90, not to 100/),
    ]);
    expect(await refused('PUT', '/llm', { shares: { rules: '100' } })).toEqual([
      400,
      'invalid_body',
      expect.stringMatching(/^"shares" is not usable/),
    ]);
    expect(await refused('PUT', '/llm', { shares: { rules: 100 }, force: true })).toEqual([
      400,
      'invalid_body',
      expect.any(String),
    ]);
    expect(await refused('PUT', '/llm', '{')).toEqual([400, 'bad_request', expect.any(String)]);
    expect(await refused('PUT', '/llm', undefined)).toEqual([400, 'invalid_body', expect.any(String)]);
    expect(await refused('PUT', '/llm', { shares: { anthropic: 10, rules: 90 } })).toEqual([
      400,
      'provider_not_usable',
      expect.stringMatching(/^ANTHROPIC_API_KEY/),
    ]);
    expect(await refused('POST', '/llm/lift', {})).toEqual([409, 'not_held', expect.any(String)]);
    expect(await refused('POST', '/llm/lift', { entry: 'openai' })).toEqual([400, 'invalid_body', expect.any(String)]);
    expect((await show(one)).kinds.llm.source).toBe('environment');
  });

  it('takes a failing canary back on both instances, and its callers notice nothing', async () => {
    chat = { refusal: { status: 400, error: { message: 'no such model', type: 'invalid_request_error' } } };
    const caller = await TextCaller.call(one, { user: CANARY_USER, greeted: false });
    callers.push(caller);
    for (let turn = 0; turn < 4; turn += 1) expect((await caller.say(`hello ${turn}`)).errors).toEqual([]);
    await waitFor(async () => (await entry(two, 'openai')).hold !== null, PATIENCE_MS);

    const canary = await entry(two, 'openai');
    expect(canary).toMatchObject({ share: 30, serving: 0, hold: { cause: 'errors' } });
    expect(canary.hold?.why).toMatch(/^\d+ of \d+ uses in the last 5 min failed: .* over 1 %\.$/);
    expect((await entry(two, 'rules')).serving).toBe(100);
    expect((await entry(one, 'openai')).hold).toEqual(canary.hold);
    const metrics = await (await fetch(`${one.http}/metrics`)).text();
    expect(metrics).toContain('parley_rollout_held{kind="llm",provider="openai"} 1');
    expect(metrics).toContain('parley_rollout_holds_total{kind="llm",provider="openai",cause="errors"} 1');

    chat = {};
    expect(await asksOpenAi(one, CANARY_USER)).toBe(false);
    expect(await asksOpenAi(two, CANARY_USER)).toBe(false);
  });

  it('keeps it back through a restart, until a person lifts it, on whichever instance', async () => {
    await two.close();
    two = await startApp();
    expect((await entry(two, 'openai')).hold).toMatchObject({ cause: 'errors' });
    expect(await asksOpenAi(two, CANARY_USER)).toBe(false);

    const { status, body } = await request(two, 'POST', '/llm/lift', { provider: 'openai' });
    expect([status, body.kinds.llm.entries[0]?.hold]).toEqual([200, null]);
    await waitFor(async () => (await entry(one, 'openai')).hold === null, PATIENCE_MS);
    expect(await asksOpenAi(one, CANARY_USER)).toBe(true);
    expect(await asksOpenAi(two, CANARY_USER)).toBe(true);
  });

  it('takes it back at once when the model is down', async () => {
    chat = { refusal: { status: 500 } };
    const caller = await TextCaller.call(two, { user: CANARY_USER, greeted: false });
    callers.push(caller);
    for (let turn = 0; turn < 3; turn += 1) expect((await caller.say(`hello ${turn}`)).errors).toEqual([]);
    await waitFor(async () => (await entry(one, 'openai')).hold !== null, PATIENCE_MS);
    chat = {};
    const { hold } = await entry(one, 'openai');
    // The guard's own look, once a second, may come between the failures.
    expect(['down', 'errors']).toContain(hold?.cause);
    expect((await request(one, 'POST', '/llm/lift')).status).toBe(200);
  });

  it('changes shares with no restart, everywhere, and goes back to the environment', async () => {
    const { status, body } = await request(one, 'PUT', '/llm', {
      shares: { openai: 100, rules: 0 },
      baseline: 'rules',
    });
    expect(status).toBe(200);
    expect(body.kinds.llm).toMatchObject({ source: 'admin', set: { by: 'ops' } });
    await waitFor(async () => (await show(two)).kinds.llm.source === 'admin', PATIENCE_MS);
    expect(await asksOpenAi(two, BASELINE_USER)).toBe(true);
    expect((await request(two, 'DELETE', '/llm')).body.kinds.llm.source).toBe('environment');
    await waitFor(async () => (await show(one)).kinds.llm.source === 'environment', PATIENCE_MS);
    expect(await asksOpenAi(one, BASELINE_USER)).toBe(false);
  });

  it('answers that nothing was changed when Redis is gone, and goes on serving', async () => {
    await redis.stop();
    await waitFor(async () => !(await show(one)).connected, PATIENCE_MS);
    expect(await request(one, 'PUT', '/llm', { shares: { rules: 100 } })).toMatchObject({
      status: 503,
      body: { error: 'store_unavailable' },
    });
    expect(await asksOpenAi(one, BASELINE_USER)).toBe(false);
    await redis.start();
    await waitFor(async () => (await show(one)).connected && (await show(two)).connected, PATIENCE_MS);
    expect((await request(one, 'PUT', '/llm', { shares: { rules: 100 } })).status).toBe(200);
    await waitFor(async () => (await show(two)).kinds.llm.source === 'admin', PATIENCE_MS);
  });

  it('stands alone without Redis, says so, and takes a slow canary back', async () => {
    const alone = await startApp({
      REDIS_URL: '',
      STREAM_ROLLOUT_MAX_P95_MS: '100',
      STREAM_ROLLOUT_MIN_SAMPLES: '1',
    });
    chat = { firstToken: { ms: 400 } };
    try {
      const { status, body } = await request(alone, 'PUT', '/tts', { shares: { openai: 100 } });
      expect([status, body.scope, body.kinds.tts.source]).toEqual([200, 'this process', 'admin']);
      const caller = await TextCaller.call(alone, { user: CANARY_USER, greeted: false });
      await caller.say('hello there');
      caller.client.ws.close(1000);
      await waitFor(async () => (await entry(alone, 'openai')).hold !== null, PATIENCE_MS);
      expect((await entry(alone, 'openai')).hold).toMatchObject({
        cause: 'latency',
        why: expect.stringMatching(/^p95 of 1 latencies in the last 5 min is \d+ ms, over 100 ms/),
      });
    } finally {
      chat = {};
      await alone.close();
    }
  });

  it('follows a plan that an admin has begun, which keeps its shares until he stops it', async () => {
    const plans = async (method: string, path: string, body?: unknown, token?: string) =>
      request(one, method, `-plans${path}`, body, token) as unknown as Promise<{
        status: number;
        body: { error: string; plans: object; runs: Record<string, unknown>[] };
      }>;
    await request(one, 'DELETE', '/llm');
    expect((await plans('PUT', '/llm', {}, one.token('ann'))).status).toBe(403);
    expect((await plans('GET', '')).body).toEqual({
      plans: expect.objectContaining({ careful: expect.anything() }),
      runs: [],
    });
    const parties = { canary: 'openai>rules', baseline: 'rules' };
    for (const [path, body, status, error] of [
      ['/llm', { ...parties, plan: 'nothing' }, 404, 'unknown_plan'],
      ['/moon', { ...parties, plan: 'careful' }, 404, 'unknown_target'],
      ['/llm', { ...parties, canary: 'anthropic', plan: 'careful' }, 400, 'provider_not_usable'],
      ['/llm', { plan: 'careful' }, 400, 'invalid_body'],
    ] as const) {
      expect(await plans('PUT', path, body)).toMatchObject({ status, body: { error } });
    }
    expect(await plans('PUT', '/llm', { ...parties, plan: 'careful' })).toMatchObject({
      status: 200,
      body: { runs: [{ target: 'llm', plan: 'careful', status: 'running', step: 0, share: 10, ...parties }] },
    });
    // The other instance has it by Redis.
    await waitFor(async () => (await entry(two, 'openai')).share === 10, PATIENCE_MS);
    expect(await request(one, 'PUT', '/llm', { shares: { rules: 100 } })).toMatchObject({
      status: 409,
      body: { error: 'plan_running', message: expect.stringContaining('DELETE /v1/admin/rollout-plans/llm') },
    });
    expect((await request(one, 'DELETE', '/llm')).status).toBe(409);
    expect((await plans('POST', '/llm/pause')).body.runs).toMatchObject([
      { status: 'paused', why: 'ops has paused it.' },
    ]);
    expect(await plans('POST', '/llm/pause')).toMatchObject({ status: 409, body: { error: 'no_plan' } });
    expect((await plans('POST', '/llm/resume')).body.runs).toMatchObject([{ status: 'running' }]);
    expect((await plans('POST', '/llm/roll-back')).body.runs).toMatchObject([{ status: 'rolled_back', share: 0 }]);
    expect((await entry(one, 'openai')).serving).toBe(0);
    const stopped = await plans('DELETE', '/llm');
    expect(stopped.body.runs).toMatchObject([{ status: 'stopped', history: { length: 5 } }]);
    expect((await request(one, 'DELETE', '/llm')).status).toBe(200);
  });
});
