// The SDK against the whole app over a network that breaks: the call goes on, and what was said and heard is whole.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { toFloat32, toInt16 } from '../../client/audio/pcm.js';
import { resample } from '../../client/audio/resampler.js';
import type { ServerEvent } from '../../client/client-events.js';
import { PacedMicrophone } from '../../client/node/paced-microphone.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { firstDifference } from '../../client/testing/differences.js';
import { VoiceClient } from '../../client/voice-client.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { packageRoot } from '../../src/database/package-root.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const FORMAT = { encoding: 'pcm16', sampleRate: 16_000 } as const;
const QUESTION = 'What transactions does client 5001 have?';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A caller behind a network of their own. */
class Caller {
  readonly messages: ServerEvent[] = [];
  /** What came out of the loudspeaker. */
  readonly heard: number[] = [];
  readonly gaps: { readonly gapMs: number; readonly missed: boolean; readonly lostAudioMs: number }[] = [];
  readonly playback: ResponsePlayback;
  readonly speaker = new VirtualSpeaker({
    sampleRate: FORMAT.sampleRate,
    heard: (samples) => {
      for (const sample of samples) this.heard.push(sample);
    },
  });

  private constructor(
    readonly client: VoiceClient,
    readonly network: TcpProxy,
  ) {
    this.playback = new ResponsePlayback(client, this.speaker);
    client.on('message', (message) => this.messages.push(message));
    client.on('reconnected', (gap) => this.gaps.push(gap));
  }

  static async call(app: ParleyApp): Promise<Caller> {
    const network = await TcpProxy.to(app.port);
    const client = new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });
    await client.connect({
      url: `ws://127.0.0.1:${network.port}/v1/stream`,
      token: () => app.token(),
      agent: 'quiet',
      audio: { input: FORMAT, output: FORMAT, echoCancellation: true },
    });
    return new Caller(client, network);
  }

  of<Type extends ServerEvent['type']>(type: Type): Extract<ServerEvent, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<ServerEvent, { type: Type }> => message.type === type);
  }

  async until(what: () => boolean): Promise<void> {
    await waitFor(() => what() || this.client.state === 'closed', PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; came: ${this.messages.map((message) => JSON.stringify(message)).join(' ')}`);
    });
  }

  playedMs(): number {
    return this.playback.playedMs(this.of('response.started')[0]?.responseId ?? '') ?? 0;
  }

  async hangUp(): Promise<void> {
    await this.client.end();
    this.playback.dispose();
    await this.speaker.close();
    await this.network.stop();
  }
}

const agents = () => {
  const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
  return { quiet: julia.replace(/^greeting: .*$/m, "greeting: ''") };
};

describe('a typed call over a network that breaks', () => {
  let app: ParleyApp;

  beforeAll(async () => {
    app = await ParleyApp.start({ agents: agents(), env: { STREAM_TTS_PROVIDER: 'browser' } });
  });
  afterAll(() => app.close());

  it('answers each turn once, whether it was sent before the break or during it', async () => {
    const caller = await Caller.call(app);
    caller.client.submitText('How do refunds work?');
    caller.network.away();
    await caller.until(() => caller.client.state === 'reconnecting');
    caller.client.submitText(QUESTION);
    await pause(300);
    caller.network.back();
    await caller.until(() => caller.of('turn.ended').length === 2);
    await pause(500);
    expect(caller.of('turn.ended').map(({ text }) => text)).toEqual(['How do refunds work?', QUESTION]);
    expect(caller.gaps).toEqual([expect.objectContaining({ missed: false, lostAudioMs: 0 })]);
    await caller.hangUp();
  });

  it('notices within five seconds that nothing comes through, and goes on over another connection', async () => {
    const caller = await Caller.call(app);
    const at = performance.now();
    caller.network.stall('up', 'down');
    await caller.until(() => caller.client.state === 'reconnecting');
    expect(performance.now() - at).toBeLessThan(6000);
    caller.network.flow();
    await caller.until(() => caller.gaps.length === 1);
    caller.client.submitText(QUESTION);
    await caller.until(() => caller.of('turn.ended').length === 1);
    await caller.hangUp();
  });

  it('is over when the server waited long enough', async () => {
    const short = await ParleyApp.start({ agents: agents(), env: { STREAM_RESUME_GRACE_MS: '1000' } });
    const caller = await Caller.call(short);
    const closed = new Promise<{ retry: boolean }>((resolve) => caller.client.once('closed', resolve));
    caller.network.away();
    expect(await closed).toMatchObject({ code: 1006, retry: true, local: false });
    await waitFor(async () => (await short.activeSessions()) === 0, PATIENCE_MS);
    await caller.hangUp();
    await short.close();
  });
});

afterAll(endSynthesis);

describeWith(['pocketsphinx'])('a spoken call over a network that breaks', () => {
  let app: ParleyApp;
  let unbroken: Promise<Caller> | undefined;

  beforeAll(async () => {
    app = await ParleyApp.start({ agents: agents() });
  });
  afterAll(() => app.close());

  /** Everything that the caller hears of the answer to a typed question. */
  async function answer(breaks: (caller: Caller) => Promise<void>): Promise<Caller> {
    const caller = await Caller.call(app);
    caller.client.submitText(QUESTION);
    await caller.until(() => caller.playedMs() > 1500);
    await breaks(caller);
    await caller.until(() => caller.of('response.completed').length === 1);
    await caller.hangUp();
    return caller;
  }

  /** The same over a network that holds, played once for all tests. */
  const unbrokenAnswer = () => (unbroken ??= answer(() => Promise.resolve()));

  it.each([
    ['short', 500],
    ['of ten seconds', 10_000],
  ])('hears every sample of a reply once, in spite of a break %s', async (_what, ms) => {
    const breaks = async (caller: Caller): Promise<void> => {
      caller.network.away();
      await pause(ms);
      caller.network.back();
      await caller.until(() => caller.gaps.length === 1);
    };
    const [whole, broken] = await Promise.all([unbrokenAnswer(), answer(breaks)]);
    expect(broken.of('response.completed')[0]?.text).toBe(whole.of('response.completed')[0]?.text);
    expect(firstDifference(broken.heard, whole.heard)).toBeUndefined();
    expect(broken.of('response.interrupted')).toEqual([]);
  });

  it('is understood although the connection was gone for ten seconds in the middle of a sentence', async () => {
    const { samples, sampleRate } = await synthesize(QUESTION, 'slt');
    const spoken = toInt16(resample(toFloat32(samples), sampleRate, FORMAT.sampleRate));
    const caller = await Caller.call(app);
    const microphone = new PacedMicrophone({
      sampleRate: FORMAT.sampleRate,
      send: (frame) => caller.client.sendAudio(frame),
    });
    microphone.start();
    await pause(500);
    void microphone.say({ samples: spoken });
    await pause(1000);
    caller.network.away();
    await pause(10_000);
    caller.network.back();
    await caller.until(() => caller.of('tool.started').length > 0);
    expect(caller.of('tool.started')[0]).toMatchObject({
      name: 'query_transactions',
      arguments: { client_id: 5001 },
    });
    expect(caller.of('turn.ended')).toHaveLength(1);
    expect(caller.gaps).toEqual([expect.objectContaining({ missed: false, lostAudioMs: 0 })]);
    expect(caller.of('audio.skipped')).toEqual([]);
    microphone.stop();
    await caller.hangUp();
  });
});
