// Opus on the native wire: who gets it, that nothing loses its place by it, and what a client can do with it that it should not.
import { Opus } from '../../src/opus/opus.js';
import { CLOSE } from '../../src/protocol/index.js';
import { EchoCalls, type EchoCall } from '../support/echo-calls.js';
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.js';
import { bytes, heardOf, likeness, packetsOf, voice } from '../support/opus-speech.js';
import { WireClient } from '../support/wire-client.js';

const RATE = 16_000;
const RUN_IN = 104;
const ALIKE = 0.8;
const format = (encoding: string, sampleRate = RATE) => ({ encoding, sampleRate });
const BOTH = { audio: { input: format('opus'), output: format('opus') } };

describe('a client that asks for Opus', () => {
  let gateway: GatewayApp;
  let small: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp(
      { STREAM_MAX_CONCURRENT_SESSIONS: '1000' },
      new EchoCalls({ resumeGraceMs: 30_000 }),
    );
    small = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '1000', STREAM_OPUS_LINES: '1' });
  });
  afterAll(async () => {
    await gateway?.close();
    await small?.close();
  });

  const lines = (app = gateway) => app.app.get(Opus).lines;
  const callOf = (app = gateway): EchoCall => app.calls.calls.at(-1) as EchoCall;
  const start = (fields: object = BOTH, app = gateway): Promise<WireClient> =>
    WireClient.start(app.stream, app.token(), { ...fields });
  const packing = async (client: WireClient): Promise<string[]> => {
    const { audio } = await client.next('session.started');
    return [audio.input.encoding, audio.output.encoding];
  };
  const received = async (client: WireClient, id: string): Promise<number | undefined> => {
    client.send({ type: 'ping', id });
    const pong = () => client.messages.find((message) => message.type === 'pong' && message.id === id);
    await client.until(() => pong() !== undefined, 'a pong');
    return (pong() as { receivedSamples?: number }).receivedSamples;
  };

  it('is heard and answered in it, each sample in its place', async () => {
    const client = await start();
    expect([await packing(client), lines()]).toEqual([['opus', 'opus'], { input: 1, output: 1 }]);
    const said = voice(RATE, 2000);
    for (const packet of packetsOf(said, RATE)) client.ws.send(packet);
    expect(await received(client, 'all')).toBe(said.length - RUN_IN);
    // What is less than a packet waits for the reply's end.
    await client.until(() => client.audio.length === 99, 'the echo');
    callOf().output.event({ type: 'response.audio_done', responseId: 'r1', audioMs: 1993.5 });
    await client.next('response.audio_done');
    const heard = heardOf(client.audio, RATE);
    expect(heard.length).toBeGreaterThanOrEqual(said.length - RUN_IN);
    expect(likeness(heard, said)).toBeGreaterThan(ALIKE);
    expect(Buffer.concat(client.audio).length).toBeLessThan((said.length * 2) / 6);
    await client.close();
    await client.until(() => lines().input + lines().output === 0, 'its place to be free', true);
  });

  it.each([
    ['nothing', {}, ['pcm16', 'pcm16']],
    ['the microphone alone', { audio: { input: format('opus') } }, ['opus', 'pcm16']],
    ['the voice alone', { audio: { output: format('opus', 24_000) } }, ['pcm16', 'opus']],
    [
      'rates that it does not code',
      { audio: { input: format('opus', 22_050), output: format('opus', 44_100) } },
      ['pcm16', 'pcm16'],
    ],
  ])('gets what can be had of %s, and PCM for the rest', async (_what, fields, expected) => {
    const client = await start(fields);
    expect(await packing(client)).toEqual(expected);
    await client.close();
  });

  it('gets PCM where there is no room for another, and the call goes on with it', async () => {
    const first = await start(BOTH, small);
    const second = await start(BOTH, small);
    expect([await packing(first), await packing(second)]).toEqual([
      ['opus', 'opus'],
      ['pcm16', 'pcm16'],
    ]);
    const frame = Buffer.from(bytes(voice(RATE, 20)));
    second.ws.send(frame);
    await second.until(() => second.audio.length === 1, 'the echo');
    expect(second.audio[0]).toEqual(frame);
    await Promise.all([first.close(), second.close()]);
  });

  it('is told things in their place between the packets, but for its pongs', async () => {
    const client = await start({ audio: { output: format('opus', 24_000) } });
    const order: string[] = [];
    client.ws.on('message', (data: Buffer, isBinary) => {
      order.push(isBinary ? 'audio' : (JSON.parse(data.toString()) as { type: string }).type);
    });
    const { output } = callOf();
    output.event({ type: 'response.started', responseId: 'r1' });
    output.audio(bytes(voice(24_000, 10_000)));
    output.event({ type: 'response.text', responseId: 'r1', delta: 'ten seconds' });
    output.audio(bytes(voice(24_000, 30)));
    output.event({ type: 'response.audio_done', responseId: 'r1', audioMs: 10_030 });
    client.send({ type: 'ping' });
    await client.next('response.audio_done');
    const places = order.flatMap((what, at) =>
      what === 'audio' || what === 'pong' ? [] : [`${what} ${at - (order.indexOf('pong') < at ? 1 : 0)}`],
    );
    expect(places).toEqual(['response.started 0', 'response.text 501', 'response.audio_done 504']);
    expect(order.indexOf('pong')).toBeLessThan(400);
    await client.close();
  });

  it('gets nothing more of a reply that is cut off, at once', async () => {
    const client = await start({ audio: { output: format('opus', 24_000) } });
    const { output } = callOf();
    output.audio(bytes(voice(24_000, 20_000)));
    await client.until(() => client.audio.length > 0, 'a beginning');
    output.clearAudio();
    output.event({ type: 'response.interrupted', responseId: 'r1', heardText: '' });
    await client.next('response.interrupted');
    const sent = client.audio.length;
    expect(sent).toBeLessThan(900);
    const next = voice(24_000, 400, 200);
    output.audio(bytes(next));
    output.event({ type: 'response.audio_done', responseId: 'r2', audioMs: 400 });
    await client.next('response.audio_done');
    expect(likeness(heardOf(client.audio.slice(sent), 24_000), next)).toBeGreaterThan(ALIKE);
    await client.close();
  });

  it('goes on over another socket where the server has counted, packed as that one asks', async () => {
    const client = await start();
    const { sessionId, resumeToken } = await client.next('session.started');
    const call = callOf();
    const said = voice(RATE, 1000);
    for (const packet of packetsOf(said.slice(0, 8000), RATE)) client.ws.send(packet);
    expect(await received(client, 'half')).toBe(8000 - RUN_IN);
    client.ws.terminate();
    await client.until(() => call.lines.at(-1) === 'held', 'the call to wait', true);
    const audio = { input: { encoding: 'opus' }, output: { encoding: 'pcm16' } };
    const again = await WireClient.resume(gateway.stream, gateway.token(), {
      sessionId,
      resumeToken,
      lastSeq: 1,
      audio,
    });
    const resumed = await again.next('session.resumed');
    expect(resumed).toMatchObject({
      audio: { input: format('opus'), output: format('pcm16') },
      receivedSamples: 8000 - RUN_IN,
    });
    for (const packet of packetsOf(said.slice(resumed.receivedSamples), RATE)) again.ws.send(packet);
    await again.until(() => again.audio.length === 25, 'the echo');
    const heard = Buffer.concat(again.audio);
    expect(likeness(new Int16Array(Uint8Array.from(heard).buffer), said.slice(8000 - RUN_IN))).toBeGreaterThan(ALIKE);
    await again.close();
  });

  it('is sent to another socket when nothing is left that encodes, and gets PCM there', async () => {
    const app = await startGatewayApp({}, new EchoCalls({ resumeGraceMs: 30_000 }));
    try {
      const worker = new URL(
        "data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ op }) => op === 'encode' %26%26 process.exit(7));",
      );
      Object.assign(app.app.get(Opus)['options'], { worker });
      const client = await start(BOTH, app);
      const { sessionId, resumeToken } = await client.next('session.started');
      callOf(app).output.audio(bytes(voice(RATE, 1000)));
      expect(await client.closing()).toEqual(expect.objectContaining({ code: CLOSE.moved.code }));
      const again = await WireClient.resume(app.stream, app.token(), {
        sessionId,
        resumeToken,
        lastSeq: 1,
        audio: { input: { encoding: 'opus' }, output: { encoding: 'opus' } },
      });
      expect(await again.next('session.resumed')).toMatchObject({
        audio: { input: { encoding: 'opus' }, output: { encoding: 'pcm16' } },
      });
      callOf(app).output.audio(bytes(voice(RATE, 1000)));
      await again.until(() => again.audio.length === 1, 'the voice');
      await again.close();
    } finally {
      await app.close();
    }
  });

  it('and sends what is no packet hears so, and goes on; after twenty it is closed', async () => {
    const client = await start();
    client.ws.send(Buffer.alloc(0));
    client.ws.send(Uint8Array.of(3, 61));
    client.ws.send(Buffer.alloc(60_000, 1));
    await client.until(() => client.messages.filter(({ type }) => type === 'error').length === 3, 'three errors');
    expect(await client.next('error')).toMatchObject({ code: 'bad_packet', fatal: false });
    for (const packet of packetsOf(voice(RATE, 100), RATE)) client.ws.send(packet);
    expect(await received(client, 'five')).toBe(5 * 320 - RUN_IN);
    for (let n = 0; n < 17; n += 1) client.ws.send(Buffer.alloc(0));
    expect(await client.closing()).toMatchObject({ code: CLOSE.policyViolation.code });
    expect(client.messages.filter(({ type }) => type === 'error').at(-1)).toMatchObject({ code: 'too_many_faults' });
  });

  it.each([
    ['Matroska', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex')],
    ['Ogg', Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead', 'latin1')],
  ])('and sends a MediaRecorder’s file is told what to send', async (_what, file) => {
    const client = await start();
    client.ws.send(file);
    expect(await client.next('error')).toMatchObject({
      code: 'unsupported_audio',
      message: expect.stringMatching(/^This is \w+.*: send packets of Opus as an AudioEncoder gives them/),
    });
    expect((await client.closing()).code).toBe(CLOSE.unsupportedData.code);
  });

  it('and floods with packets of every kind ends its own call alone, and leaves nothing behind', async () => {
    const beside = await start();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const floods = await Promise.all(Array.from({ length: 8 }, () => start()));
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 3000; n += 1) {
      for (const { ws } of floods) ws.send(Uint8Array.from({ length: random(40) }, () => random(256)));
    }
    for (const client of floods) expect((await client.closing()).code).toBeGreaterThan(1001);
    const said = voice(RATE, 1000);
    for (const packet of packetsOf(said, RATE)) beside.ws.send(packet);
    await beside.until(() => beside.audio.length === 49, 'the echo');
    expect(likeness(heardOf(beside.audio, RATE), said)).toBeGreaterThan(ALIKE);
    expect(lines()).toEqual({ input: 1, output: 1 });
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    await beside.close();
  });
});
