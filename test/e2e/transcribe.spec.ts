// One-shot transcription over real HTTP, with Deepgram's wire behind it: who may, how much, what comes back, what is kept.
import { request as httpRequest } from 'node:http';
import { jest } from '@jest/globals';
import { encodeWav } from '../../src/audio/wav.js';
import { TranscriptionDesk } from '../../src/transcription/transcription-desk.js';
import type { StatsReport } from '../../src/transcription/transcription-stats.js';
import { DeepgramMediaSimulator } from '../simulators/deepgram-media.js';
import type { DeepgramMediaKnobs } from '../simulators/deepgram-media.js';
import { SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { RedisServer } from '../support/redis-server.js';
import { numberedWav, postAudio } from '../support/transcribe.js';
import type { TranscribeForm } from '../support/transcribe.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(60_000);

const KEY = 'a-key-of-32-characters-or-more-0001';
const WORDS = 'what transactions does client five thousand one have';
let knobs: DeepgramMediaKnobs | undefined;
let simulator: DeepgramMediaSimulator;
let app: ParleyApp;
let nextAudio = 0;

const settings = (url: string): Record<string, string> => ({
  // There are no calls here: their engines would only be started and stopped.
  STREAM_STT_PROVIDER: 'deepgram',
  VAD_PROVIDER: 'energy',
  TRANSCRIBE_PROVIDER: 'deepgram',
  TRANSCRIBE_MODELS: 'deepgram:nova-2',
  TRANSCRIBE_API_KEYS: `some-other-key-of-32-characters-0002,${KEY}`,
  TRANSCRIBE_RATE_LIMIT_MAX: '100000',
  TRANSCRIBE_MAX_BYTES: '400000',
  TRANSCRIBE_MAX_SECONDS: '10',
  TRANSCRIBE_MAX_CONCURRENT: '2',
  DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
  DEEPGRAM_BASE_URL: url,
  FFMPEG_PATH: 'no-such-ffmpeg',
});

beforeAll(async () => {
  simulator = await DeepgramMediaSimulator.start({ transcript: WORDS, knobs: () => knobs ?? {} });
  app = await ParleyApp.start({ env: settings(simulator.url) });
});
afterAll(async () => {
  await app.close();
  await simulator.close();
});
beforeEach(() => {
  knobs = undefined;
});

const bearer = (user = 'demo', of = app) => ({ authorization: `Bearer ${of.token(user)}` });
const post = (form: TranscribeForm = {}) =>
  postAudio(app.http, { file: numberedWav((nextAudio += 1)), headers: bearer(), ...form });

async function stats(): Promise<StatsReport> {
  const response = await fetch(`${app.http}/api/transcribe/stats`, { headers: bearer() });
  return (await response.json()) as StatsReport;
}

describe('an answer', () => {
  it('has the words, where they are, how long it took, and who gave them', async () => {
    const { status, headers, body } = await post({ fields: { language: 'en-US', keyTerms: 'Parley, Julia' } });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ text: WORDS, language: 'en-US', duration: 1, provider: 'deepgram', cached: false });
    expect(body.latencyMs).toBeGreaterThan(0);
    expect(body.rtf).toBeCloseTo(body.latencyMs / 1000, 2);
    expect(body.words?.[0]).toMatchObject({ text: 'What', startMs: 0 });
    expect(simulator.requests.at(-1)?.query.getAll('keyterm')).toEqual(['Parley', 'Julia']);
  });

  it('comes for raw PCM of any usual rate', async () => {
    const { status, body } = await post({
      file: new Uint8Array(16_000).fill((nextAudio += 1)),
      type: 'audio/L16',
      fields: { sampleRate: '8000' },
    });
    expect({ status, duration: body.duration }).toEqual({ status: 200, duration: 1 });
  });

  it('comes from the model that was asked for, when the operator offers it', async () => {
    await post({ fields: { model: 'nova-2' } });
    expect(simulator.requests.at(-1)?.query.get('model')).toBe('nova-2');
    expect(await post({ fields: { model: 'nova-1' } })).toMatchObject({ status: 400, body: { error: 'bad_request' } });
  });
});

describe('who may', () => {
  it('has a token or a key', async () => {
    expect(await post({ headers: { 'x-api-key': KEY } })).toMatchObject({ status: 200 });
    expect(await post({ headers: bearer('somebody') })).toMatchObject({ status: 200 });
  });

  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'token_missing'],
    ['a token that is none', { authorization: 'Bearer nonsense' }, 'token_invalid'],
    ['a wrong key', { 'x-api-key': `${KEY}x` }, 'api_key_invalid'],
    ['an empty key', { 'x-api-key': '' }, 'api_key_invalid'],
  ])('is refused with %s', async (_name, headers, error) => {
    expect(await post({ headers })).toMatchObject({ status: 401, body: { error } });
    const response = await fetch(`${app.http}/api/transcribe/stats`, { headers });
    expect(response.status).toBe(401);
  });
});

describe('the cache', () => {
  it('answers the same audio again without asking anybody', async () => {
    const file = numberedWav((nextAudio += 1));
    const asked = simulator.requests.length;
    const first = await post({ file });
    const second = await post({ file });
    expect([first.body.cached, second.body.cached]).toEqual([false, true]);
    expect(second.body).toMatchObject({ text: WORDS, provider: 'deepgram', words: first.body.words });
    expect(simulator.requests).toHaveLength(asked + 1);
  });

  it('is each caller’s own, and knows one set of options from another', async () => {
    const file = numberedWav((nextAudio += 1));
    await post({ file });
    for (const form of [
      { headers: bearer('other') },
      { headers: { 'x-api-key': KEY } },
      { fields: { language: 'de' } },
      { fields: { model: 'nova-2' } },
      { fields: { keyTerms: 'Parley' } },
    ]) {
      expect((await post({ file, ...form })).body.cached).toBe(false);
      expect((await post({ file, ...form })).body.cached).toBe(true);
    }
  });

  it('keeps no failure', async () => {
    const file = numberedWav((nextAudio += 1));
    knobs = { refusal: { status: 400 } };
    expect((await post({ file })).status).toBe(422);
    knobs = {};
    expect((await post({ file })).body).toMatchObject({ text: WORDS, cached: false });
  });

  it('lets the same request at the same time be one', async () => {
    knobs = { latency: { ms: 200 } };
    const file = numberedWav((nextAudio += 1));
    const asked = simulator.requests.length;
    const answers = await Promise.all([post({ file }), post({ file }), post({ file })]);
    expect(answers.map(({ body }) => body.text)).toEqual([WORDS, WORDS, WORDS]);
    expect(simulator.requests).toHaveLength(asked + 1);
  });
});

describe('a refusal', () => {
  const long = encodeWav(new Uint8Array(32_000 * 10 + 2), 16_000);

  it.each<[number, string, TranscribeForm]>([
    [400, 'audio_missing', { file: undefined } as unknown as TranscribeForm],
    [400, 'audio_empty', { file: new Uint8Array(0) }],
    [400, 'audio_empty', { file: encodeWav(new Uint8Array(0), 16_000) }],
    [400, 'bad_request', { fields: { language: '???' } }],
    [400, 'bad_request', { fields: { provider: 'openai' } }],
    [400, 'bad_request', { fields: { keyTerms: 'x'.repeat(9000) } }],
    [400, 'bad_request', { file: new Uint8Array(100), type: 'audio/pcm' }],
    [413, 'audio_too_large', { file: new Uint8Array(400_001) }],
    [413, 'audio_too_large', { file: new Uint8Array(2_000_000) }],
    [413, 'audio_too_long', { file: long }],
    [415, 'audio_unsupported', { file: Buffer.from('this is a letter, not a recording') }],
    [415, 'ffmpeg_missing', { file: Buffer.concat([Buffer.from('OggS'), Buffer.alloc(100)]), type: 'audio/ogg' }],
    [422, 'audio_corrupt', { file: encodeWav(new Uint8Array(100), 16_000).subarray(0, 20) }],
  ])('is %i %s', async (status, error, form) => {
    const reply = await post(form);
    expect(reply).toMatchObject({ status, body: { error } });
    expect(Object.keys(reply.body).toSorted()).toEqual(['detail', 'error', 'message', 'status', 'title', 'type']);
  });

  it('is 415 for a body that is no form', async () => {
    const response = await fetch(`${app.http}/api/transcribe`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'audio/wav' },
      body: numberedWav(0) as Uint8Array<ArrayBuffer>,
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: 'audio_unsupported' });
  });

  it('is 400 for a form without an end, and for two files', async () => {
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    const part = (name: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\nRIFF\r\n`;
    const send = async (body: string) => {
      const response = await fetch(`${app.http}/api/transcribe`, {
        method: 'POST',
        headers: { ...bearer(), ...type },
        body,
      });
      return { status: response.status, ...((await response.json()) as { error: string }) };
    };
    expect(await send(part('audio'))).toMatchObject({ status: 400, error: 'upload_broken' });
    expect(await send(`${part('audio')}${part('audio')}--x--\r\n`)).toMatchObject({
      status: 400,
      error: 'bad_request',
    });
    expect(await send(`${part('file')}--x--\r\n`)).toMatchObject({ status: 400, error: 'bad_request' });
  });
});

describe('on another app, a provider', () => {
  const REQUESTS = 12;
  let isClosed = false;
  let openai: OpenAiSimulator;
  let own: ParleyApp;
  const ask = (fields: Record<string, string>) =>
    postAudio(own.http, { file: numberedWav((nextAudio += 1)), headers: bearer('demo', own), fields });

  beforeAll(async () => {
    openai = await OpenAiSimulator.start({ transcription: 'hello from the other one' });
    const chain = { TRANSCRIBE_PROVIDER: 'openai,deepgram', OPENAI_API_KEY: SIMULATED_OPENAI_KEY };
    const limit = { TRANSCRIBE_RATE_LIMIT_MAX: String(REQUESTS) };
    own = await ParleyApp.start({
      env: { ...settings(simulator.url), ...chain, ...limit, OPENAI_BASE_URL: openai.url },
    });
  });
  afterAll(async () => {
    if (!isClosed) await own.close();
    await openai.close();
  });

  it.each<[number, string, string | null, DeepgramMediaKnobs]>([
    [422, 'audio_refused', null, { refusal: { status: 400 } }],
    [502, 'provider_unauthorized', null, { refusal: { status: 401 } }],
    [503, 'provider_busy', '9', { refusal: { status: 429, headers: { 'retry-after': '9' } } }],
    [502, 'provider_failed', '5', { fault: 'malformed' }],
  ])('that fails is %i %s', async (status, error, retryAfter, given) => {
    knobs = given;
    const reply = await ask({ provider: 'deepgram' });
    expect(reply).toMatchObject({ status, body: { error } });
    expect(reply.headers.get('retry-after')).toBe(retryAfter);
    expect(JSON.stringify(reply.body)).not.toContain('deepgram');
    // Works again, and its circuit breaker forgets.
    knobs = undefined;
    expect((await ask({ provider: 'deepgram' })).status).toBe(200);
  });

  it('is the first of the chain, and the next one when that is gone', async () => {
    expect((await ask({})).body).toMatchObject({ text: 'hello from the other one', provider: 'openai' });
    await openai.close();
    expect((await ask({})).body).toMatchObject({ text: WORDS, provider: 'deepgram' });
    openai = await OpenAiSimulator.start();
  });

  it('is asked only so often for each caller', async () => {
    const file = numberedWav((nextAudio += 1));
    const hasty = (user: string) => postAudio(own.http, { file, headers: bearer(user, own) });
    for (let n = 0; n < REQUESTS; n += 1) expect((await hasty('hasty')).status).toBe(200);
    const refused = await hasty('hasty');
    expect(refused).toMatchObject({ status: 429, body: { error: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await hasty('patient')).status).toBe(200);
  });

  it('may finish when the server stops, which takes nothing new', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    knobs = { until: promise };
    const asWaiting = () =>
      postAudio(own.http, {
        file: numberedWav((nextAudio += 1)),
        headers: bearer('waiting', own),
        fields: { provider: 'deepgram' },
      });
    const running = asWaiting();
    await waitFor(() => simulator.active === 1);
    isClosed = true;
    const closing = own.close();
    await waitFor(() => own.app.get(TranscriptionDesk).draining);
    const refused = await asWaiting();
    resolve();
    expect(refused).toMatchObject({ status: 503, body: { error: 'busy' } });
    expect(await running).toMatchObject({ status: 200, body: { text: WORDS } });
    await closing;
  });
});

describe('bounds', () => {
  it('are kept at once: some are served, some wait, the rest come back later', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    knobs = { until: promise };
    // Two at once and four waiting, in this app.
    let back = 0;
    const running = Array.from({ length: 12 }, async () => {
      const reply = await post();
      back += 1;
      return reply;
    });
    await waitFor(() => back === 6, 30_000);
    resolve();
    const replies = await Promise.all(running);
    const served = replies.filter(({ status }) => status === 200);
    const refused = replies.filter(({ status }) => status === 503);
    expect(served).toHaveLength(6);
    expect(refused).toHaveLength(6);
    for (const { headers, body } of refused) {
      expect(body.error).toBe('busy');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(simulator.mostActive).toBeLessThanOrEqual(2);
  });

  it('free the place of a client that leaves', async () => {
    knobs = { fault: 'hang' };
    const leaving = new AbortController();
    const asked = simulator.requests.length;
    const gone = post({ signal: leaving.signal }).catch((error: Error) => error.name);
    await waitFor(() => simulator.requests.length > asked);
    leaving.abort();
    expect(await gone).toBe('AbortError');
    await waitFor(() => simulator.active === 0);
    await waitFor(async () => (await stats()).failuresByCode['left'] === 1);
  });

  it('free what a client began to send that leaves in the middle', async () => {
    const before = (await stats()).failuresByCode['left'] ?? 0;
    const upload = httpRequest(`${app.http}/api/transcribe`, {
      method: 'POST',
      headers: {
        ...bearer(),
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': '300000',
        expect: '100-continue',
      },
    });
    upload.on('error', () => undefined);
    // The server has the headers when it says so.
    await new Promise((resolve) => upload.once('continue', resolve));
    await new Promise((resolve) => {
      upload.write('--x\r\nContent-Disposition: form-data; name="audio"; filename="f"\r\n\r\nRIFF', resolve);
    });
    upload.destroy();
    await waitFor(async () => ((await stats()).failuresByCode['left'] ?? 0) > before);
  });
});

describe('what is told of it', () => {
  it('is counted', async () => {
    const before = await stats();
    const file = numberedWav((nextAudio += 1));
    await post({ file });
    await post({ file });
    await post({ file: Buffer.from('nonsense') });
    const after = await stats();
    expect(after.requests - before.requests).toBe(3);
    expect(after.success - before.success).toBe(2);
    expect(after.cache.hits - before.cache.hits).toBe(1);
    expect(after.failures - before.failures).toBe(1);
    expect(after.latencyMs.cached.p50).toBeLessThanOrEqual(after.latencyMs.cached.p99 ?? 0);
    expect(after.realTimeFactor).toBeGreaterThan(0);
    const metrics = await (await fetch(`${app.http}/metrics`)).text();
    expect(metrics).toMatch(/parley_transcriptions_total\{outcome="audio_unsupported"\} [1-9]/);
    expect(metrics).toMatch(/parley_transcription_seconds_count\{provider="deepgram",source="cache"\} [1-9]/);
  });

  it('is one line in the log, without a word that was said', async () => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]): unknown => lines.push(line);
    app.app.useLogger({ log: note, warn: note, error: note });
    try {
      const file = numberedWav((nextAudio += 1));
      await post({ file, fields: { keyTerms: 'mydearterm' } });
      expect(lines).toEqual([
        [
          {
            msg: 'transcription',
            caller: 'user:demo',
            outcome: 'ok',
            provider: 'deepgram',
            cached: false,
            shared: false,
            bytes: file.length,
            characters: WORDS.length,
            ms: expect.any(Number),
            rtf: expect.any(Number),
            audioSeconds: 1,
          },
          'Transcription',
        ],
      ]);
      expect(JSON.stringify(lines)).not.toMatch(/transactions|mydearterm|Bearer/);
    } finally {
      app.app.useLogger(false);
    }
  });
});

describeWith(['redis'])('several instances', () => {
  it('share what they know through Redis, and go on without it', async () => {
    const redis = await RedisServer.start();
    const env = { ...settings(simulator.url), REDIS_URL: redis.url };
    const apps = await Promise.all([ParleyApp.start({ env }), ParleyApp.start({ env })]);
    const [one, two] = apps;
    const ask = (of: ParleyApp, file: Uint8Array) => postAudio(of.http, { file, headers: bearer('demo', of) });
    try {
      const asked = simulator.requests.length;
      // The connection is made in the background: until it is there, the second instance asks for itself.
      await waitFor(async () => {
        const file = numberedWav((nextAudio += 1));
        await ask(one, file);
        return (await ask(two, file)).body.cached;
      }, 30_000);
      expect(simulator.requests.length).toBeGreaterThan(asked);

      await redis.stop();
      const file = numberedWav((nextAudio += 1));
      expect(await ask(one, file)).toMatchObject({ status: 200, body: { cached: false } });
      expect(await ask(one, file)).toMatchObject({ status: 200, body: { cached: true } });
    } finally {
      await Promise.all(apps.map((each) => each.close()));
      await redis.destroy();
    }
  });
});
