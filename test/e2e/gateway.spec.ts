import { createSecretKey } from 'node:crypto';
import { connect } from 'node:net';
import { ArtifactLinks } from '../../src/tools/artifact-links.js';
import type { Artifact } from '../../src/tools/tool.port.js';
import { EchoCalls } from '../support/echo-calls.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { WireClient } from '../support/wire-client.js';

describe('a session', () => {
  let gateway: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp({
      STREAM_MAX_CONCURRENT_SESSIONS: '100',
      STREAM_IDLE_TIMEOUT_MS: '1000',
      STREAM_MAX_SESSION_MS: '2000',
    });
  });
  afterAll(async () => gateway.close());

  it('carries audio and text both ways, and hangs up cleanly', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token(), {
      audio: { input: { encoding: 'pcm16', sampleRate: 16000 }, output: { encoding: 'pcm16', sampleRate: 24000 } },
      turnDetection: 'manual',
    });
    expect(await client.next('session.started')).toMatchObject({
      protocol: 1,
      agent: 'julia',
      turnDetection: 'manual',
      audio: { input: { sampleRate: 16000 }, output: { sampleRate: 24000 } },
    });

    const frame = Buffer.from(Uint8Array.from({ length: 640 }, (_, index) => index % 251));
    client.ws.send(frame);
    await client.until(() => client.audio.length === 1, 'the echo');
    expect(client.audio[0]).toEqual(frame);

    client.send({ type: 'text.submit', text: 'hello' });
    expect(await client.next('response.text')).toEqual({
      type: 'response.text',
      responseId: 'r1',
      delta: 'hello',
      seq: expect.any(Number),
    });
    client.send({ type: 'ping', id: 'p1' });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 'p1', receivedSamples: 320 });

    client.send({ type: 'session.end' });
    expect(await client.next('session.ended')).toMatchObject({ reason: 'client' });
    expect(await client.closing()).toEqual({ code: 1000, reason: 'session ended' });
    const [call] = gateway.calls.calls;
    expect(call?.request.caller.userId).toBe('demo');
    expect(call?.endedBy).toBe('client');
  });

  it.each([
    ['WebM', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex')],
    ['WAV', Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0', 'latin1')],
    ['floats', Buffer.from(Float32Array.from({ length: 320 }, (_, n) => 0.1 * Math.sin(n / 9)).buffer)],
  ])('ends for %s on the microphone with one error, and hears nothing of it', async (name, file) => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    await client.next('session.started');
    client.ws.send(file);
    client.ws.send(Buffer.alloc(641, 3));
    expect(await client.next('error')).toMatchObject({
      code: 'unsupported_audio',
      fatal: true,
      message: expect.stringMatching(
        new RegExp(`^This is ${name}.*: send raw PCM16, mono, little-endian, at 16000 Hz`),
      ),
    });
    expect(await client.closing()).toMatchObject({ code: 1003 });
    expect(client.audio).toEqual([]);
    expect(gateway.calls.calls.at(-1)?.audioBytes).toBe(0);
  });

  it('keeps every byte and the order of a burst of audio', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    const frames = Array.from({ length: 200 }, (_, index) => Buffer.alloc(640, index));
    for (const frame of frames) client.ws.send(frame);
    await client.until(() => client.audio.length === frames.length, 'all echoes');
    expect(Buffer.concat(client.audio).equals(Buffer.concat(frames))).toBe(true);
    await client.close();
  });

  it.each([
    [
      'audio before session.start',
      (client: WireClient) => client.ws.send(Buffer.alloc(640)),
      'audio_before_start',
      4409,
    ],
    ['text that is not JSON', (client: WireClient) => client.ws.send('{'), 'bad_json', 4400],
    [
      'a rate that nobody has',
      (client: WireClient) => client.send({ type: 'session.start', protocol: 1, audio: { input: { sampleRate: 1 } } }),
      'unsupported_audio',
      1003,
    ],
    [
      'a frame that is too large',
      (client: WireClient) => client.ws.send(Buffer.alloc(70_000)),
      'frame_too_large',
      1009,
    ],
  ])('ends for %s', async (_what, act, code, close) => {
    const client = await WireClient.connect(gateway.stream, gateway.token());
    act(client);
    expect(await client.next('error')).toMatchObject({ code, fatal: true });
    expect((await client.closing()).code).toBe(close);
  });

  it('ends for silence on the socket', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    expect(await client.next('session.ended')).toMatchObject({ reason: 'idle' });
    expect(await client.closing()).toEqual({ code: 4408, reason: 'idle timeout' });
  });

  it('ends when it has lasted too long', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    const timer = setInterval(() => client.send({ type: 'ping' }), 200);
    expect((await client.closing()).code).toBe(4410);
    clearInterval(timer);
    expect(client.messages.findLast(({ type }) => type === 'error')).toMatchObject({ code: 'call_too_long' });
  });

  it('ends with its token', async () => {
    // Five seconds of tolerance for clocks: this one is good for one more.
    const client = await WireClient.start(gateway.stream, gateway.token('demo', { ttlSeconds: -4 }));
    expect(await client.next('error')).toMatchObject({ code: 'token_expired', fatal: true });
    expect((await client.closing()).code).toBe(4401);
  });

  it('ends the call of a client whose connection breaks', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    const call = gateway.calls.calls.at(-1);
    client.ws.terminate();
    await client.until(
      () => call?.endedBy === 'disconnected' && gateway.sessions.active === 0,
      'the call to end',
      true,
    );
  });
});

describe('the HTTP side', () => {
  let gateway: GatewayApp;
  const files = new Map<string, { owner: string; mediaType: string; bytes: Uint8Array }>();
  let now = Date.now();
  const links = new ArtifactLinks({ secret: createSecretKey(Buffer.alloc(40, 1)), ttlMs: 60_000, now: () => now });

  beforeAll(async () => {
    gateway = await startGatewayApp({ METRICS_TOKEN: 'for-prometheus' }, new EchoCalls(), {
      read: async (file, caller) => {
        const found = files.get(file);
        return found?.owner === caller.userId ? found : undefined;
      },
      readLinked: async (file, proof) => {
        const state = links.check(`/v1/artifacts/${file}`, proof);
        return state === 'valid' ? files.get(file) : state;
      },
    });
  });
  afterAll(async () => gateway.close());

  const get = async (path: string, token?: string) =>
    fetch(gateway.http + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

  it('tells its health and the number of sessions', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    const response = await get('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', active_sessions: 1, version: expect.any(String) });
    await client.close();
  });

  it('gives a file to its owner only, and lets it run nothing', async () => {
    const artifact: Artifact = {
      kind: 'chart',
      title: 'A chart',
      url: '/v1/artifacts/abc123.svg',
      mediaType: 'image/svg+xml',
    };
    files.set('abc123.svg', { owner: 'ann', mediaType: artifact.mediaType, bytes: Buffer.from('<svg/>') });
    const response = await get(artifact.url ?? '', gateway.token('ann'));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<svg/>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    expect((await get(`${artifact.url}?token=${gateway.token('ann')}`)).status).toBe(200);

    const other = await get(artifact.url ?? '', gateway.token('bob'));
    const missing = await get('/v1/artifacts/nothing.svg', gateway.token('bob'));
    expect([other.status, missing.status]).toEqual([404, 404]);
    expect(await other.json()).toEqual(await missing.json());
    expect((await get(artifact.url ?? '')).status).toBe(401);
    expect((await get('/v1/artifacts/..%2F..%2Fjwt-secret', gateway.token('ann'))).status).toBe(404);
  });

  it('gives a file to whoever has its signed link, until that expires', async () => {
    const path = '/v1/artifacts/abc124.svg';
    files.set('abc124.svg', { owner: 'ann', mediaType: 'image/svg+xml', bytes: Buffer.from('<svg/>') });
    const link = links.sign(path);
    const response = await get(link);
    expect([response.status, await response.text()]).toEqual([200, '<svg/>']);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('content-security-policy')).toMatch(/sandbox/);

    // A token beside it counts for more: whose it is not, gets nothing, and who has a bad one is told.
    expect((await get(link, gateway.token('ann'))).status).toBe(200);
    expect((await get(link, gateway.token('bob'))).status).toBe(404);
    expect((await get(link, 'no-token')).status).toBe(401);

    const changed = await get(link.replace('abc124', 'abc123'));
    expect(changed.status).toBe(403);
    expect(await changed.json()).toMatchObject({
      error: 'link_invalid',
      message: expect.stringMatching(/exactly as it was/),
    });
    expect((await get(`${path}?expires=9999999999&signature=AAAA`)).status).toBe(403);
    expect((await get(`${path}?expires=9999999999`)).status).toBe(401);
    expect((await get(links.sign('/v1/artifacts/gone.svg'))).status).toBe(404);

    now += 60_000;
    const late = await get(link);
    expect(late.status).toBe(410);
    expect(await late.json()).toMatchObject({
      error: 'link_expired',
      message: expect.stringMatching(/Ask for the file again/),
    });
    expect((await get(link, gateway.token('ann'))).status).toBe(200);
  });

  it('answers errors as JSON, and says nothing about its insides', async () => {
    const response = await get('/nothing/here');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found', message: 'Cannot GET /nothing/here' });
    expect(response.headers.get('x-powered-by')).toBeNull();
    const broken = await fetch(`${gateway.http}/health`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: 'bad_request', message: expect.any(String) });
  });

  it('answers what is not HTTP, and hangs up', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write('\u0016\u0003\u0001 this is no HTTP\r\n\r\n');
    await ended;
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"error":"bad_request"');
  });

  it('publishes metrics to whoever has their token', async () => {
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', 'guess')).status).toBe(401);
    const schemes = [
      'bearer for-prometheus',
      'BEARER  for-prometheus',
      'for-prometheus',
      'Basic for-prometheus',
      'Bearer ',
    ];
    const answers = schemes.map((authorization) => fetch(`${gateway.http}/metrics`, { headers: { authorization } }));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 401, 401, 401]);
    const client = await WireClient.start(gateway.stream, gateway.token());
    client.ws.send(Buffer.alloc(640));
    await client.until(() => client.audio.length === 1, 'the echo');
    client.ws.send('{');
    await client.next('error');
    await client.close();
    await client.until(() => gateway.sessions.active === 0, 'the session to end', true);
    const text = await (await get('/metrics', 'for-prometheus')).text();
    const value = (name: string): number =>
      Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('parley_sessions_open')).toBe(0);
    expect(value('parley_handshakes_total{outcome="accepted"}')).toBeGreaterThan(0);
    expect(value('parley_errors_total{code="bad_json"}')).toBe(1);
    expect(value('parley_sessions_started_total{agent="julia"}')).toBeGreaterThan(0);
    expect(value('parley_frames_total{direction="in"}')).toBeGreaterThan(1);
    expect(value('parley_frame_bytes_total{direction="out"}')).toBeGreaterThan(640);
    expect(value('nodejs_eventloop_lag_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
    expect(value('process_memory_bytes{kind="heap"}')).toBeGreaterThan(1_000_000);
  });
});
