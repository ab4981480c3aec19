// The SDK with Opus against the real gateway, whose calls echo: nothing loses its place, over a network that breaks and with a
// codec that fails.
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { webCodecsOpus } from '../../client/browser/opus-codec.js';
import type { ServerEvent } from '../../client/client-events.js';
import { VoiceClient } from '../../client/voice-client.js';
import { Opus } from '../../src/opus/opus.js';
import { webCodecs, type CodecFaults } from '../fakes/web-codecs.js';
import { EchoCalls, type EchoCall } from '../support/echo-calls.js';
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.js';
import { bytes, likeness, samples, voice } from '../support/opus-speech.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const RATE = 16_000;
const ALIKE = 0.7;
const PATIENCE_MS = 15_000;

describe('a client with Opus', () => {
  let gateway: GatewayApp;
  let network: TcpProxy;
  let client: VoiceClient;
  let call: EchoCall;
  let heardThere: Uint8Array[];
  let heardHere: Uint8Array[];
  let events: ServerEvent[];
  let packets: { encoder: CodecFaults; decoder: CodecFaults };

  beforeAll(async () => {
    gateway = await startGatewayApp(
      { STREAM_MAX_CONCURRENT_SESSIONS: '100' },
      new EchoCalls({ resumeGraceMs: 30_000 }),
    );
  });
  afterAll(() => gateway?.close());

  beforeEach(async () => {
    network = await TcpProxy.to(gateway.port);
    packets = { encoder: {}, decoder: {} };
    const codec = await webCodecsOpus({ inputRate: RATE, outputRate: RATE, codecs: webCodecs(packets) });
    client = new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });
    heardHere = [];
    events = [];
    client.on('audio', ({ chunk }) => heardHere.push(chunk));
    client.on('message', (event) => events.push(event));
    await client.connect({
      url: `ws://127.0.0.1:${network.port}/v1/stream`,
      token: () => gateway.token(),
      audio: { input: { sampleRate: RATE } },
      codec,
    });
    call = gateway.calls.calls.at(-1) as EchoCall;
    heardThere = [];
    // It would echo without a response, which this client does not take.
    jest.spyOn(call.conversation, 'pushAudio').mockImplementation((chunk) => void heardThere.push(chunk));
  });
  afterEach(async () => {
    network.back();
    client.close();
    call.conversation.end('client');
    await network.stop();
    await waitFor(() => gateway.app.get(Opus).lines.input === 0, PATIENCE_MS);
  });

  const encodings = () => [client.session?.audio.input.encoding, client.session?.audio.output.encoding];
  const at = (chunks: readonly Uint8Array[]): Int16Array => samples(Buffer.concat(chunks));
  const talk = async (said: Int16Array): Promise<void> => {
    for (let n = 0; n < said.length; n += 320) {
      client.sendAudio(bytes(said.slice(n, n + 320)));
      if (n % 3200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const say = (responseId: string, said: Int16Array): void => {
    call.output.event({ type: 'response.started', responseId });
    call.output.audio(bytes(said));
    call.output.event({ type: 'response.audio_done', responseId, audioMs: (said.length * 1000) / RATE });
  };
  const of = (type: ServerEvent['type']): number => events.filter((event) => event.type === type).length;

  it('is heard and hears, whole and in order', async () => {
    expect(encodings()).toEqual(['opus', 'opus']);
    const said = voice(RATE, 2000);
    await talk(said);
    client.commit();
    await waitFor(() => of('speech.stopped') === 1, PATIENCE_MS);
    // The commit came after all of it, but for the run-in, which the next packet brings out.
    expect(at(heardThere)).toHaveLength(said.length - 104);
    expect(likeness(at(heardThere), said)).toBeGreaterThan(ALIKE);
    const reply = voice(RATE, 3000, 190);
    say('r1', reply);
    let atTheEnd = 0;
    client.once('response.audio_done', () => (atTheEnd = at(heardHere).length));
    await waitFor(() => of('response.audio_done') === 1, PATIENCE_MS);
    expect(atTheEnd).toBeGreaterThanOrEqual(reply.length);
    expect(atTheEnd - reply.length).toBeLessThan(RATE * 0.025);
    expect(likeness(at(heardHere), reply)).toBeGreaterThan(ALIKE);
  });

  it('falls silent at once when it is interrupted, whatever is in the codecs', async () => {
    say('r1', voice(RATE, 20_000));
    await waitFor(() => heardHere.length > 0, PATIENCE_MS);
    call.output.clearAudio();
    call.output.event({ type: 'response.interrupted', responseId: 'r1', heardText: '' });
    await waitFor(() => of('response.interrupted') === 1, PATIENCE_MS);
    const before = heardHere.length;
    const next = voice(RATE, 500, 200);
    say('r2', next);
    await waitFor(
      () => of('response.audio_done') === 2 || (of('response.audio_done') === 1 && before < 900),
      PATIENCE_MS,
    );
    await waitFor(() => at(heardHere.slice(before)).length >= next.length, PATIENCE_MS);
    expect(likeness(at(heardHere.slice(before)), next)).toBeGreaterThan(ALIKE);
  });

  it('loses nothing that was said while the network was away, and packs again', async () => {
    const said = voice(RATE, 4000);
    await talk(said.slice(0, RATE));
    await waitFor(() => at(heardThere).length > RATE / 2, PATIENCE_MS);
    network.away();
    await talk(said.slice(RATE, 3 * RATE));
    await waitFor(() => client.state === 'reconnecting', PATIENCE_MS);
    network.back();
    await waitFor(() => client.state === 'open', PATIENCE_MS);
    await talk(said.slice(3 * RATE));
    await waitFor(() => at(heardThere).length >= said.length - 320 - 104, PATIENCE_MS);
    expect(encodings()).toEqual(['opus', 'opus']);
    expect(at(heardThere).length).toBeLessThanOrEqual(said.length);
    expect(likeness(at(heardThere), said)).toBeGreaterThan(ALIKE);
    expect(likeness(at(heardThere).slice(-RATE), said.slice(at(heardThere).length - RATE))).toBeGreaterThan(ALIKE);
  });

  it.each(['encoder', 'decoder'] as const)('whose %s fails goes on with PCM, and loses nothing', async (which) => {
    const said = voice(RATE, 2000);
    const gaps: number[] = [];
    client.on('reconnected', ({ lostAudioMs }) => gaps.push(lostAudioMs));
    packets[which].failAfter = 20;
    say('r1', voice(RATE, 1000));
    await talk(said);
    await waitFor(() => gaps.length === 1, PATIENCE_MS);
    await waitFor(() => at(heardThere).length >= said.length - 104, PATIENCE_MS);
    expect([gaps, encodings()]).toEqual([[0], ['pcm16', 'pcm16']]);
    expect(likeness(at(heardThere), said)).toBeGreaterThan(ALIKE);
    const before = heardHere.length;
    say('r2', voice(RATE, 200));
    await waitFor(() => at(heardHere.slice(before)).length === RATE / 5, PATIENCE_MS);
  });
});
