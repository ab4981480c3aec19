// A call by voice with the client library, at real time, recognised and spoken by the programs of this machine: a caller
// asks for transactions, and talks over the answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { toFloat32, toInt16 } from '../../client/audio/pcm.js';
import { resample } from '../../client/audio/resampler.js';
import { PacedMicrophone } from '../../client/node/paced-microphone.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { connect } from '../../client/terminal/connect.js';
import type { VoiceClient } from '../../client/voice-client.js';
import { packageRoot } from '../../src/database/package-root.js';
import type { ServerMessage } from '../../src/protocol/index.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import type { CallerVoice } from '../../scripts/synthetic-caller.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const FORMAT = { encoding: 'pcm16', sampleRate: 16_000 } as const;

type Received = ServerMessage | { readonly type: 'audio'; readonly responseId: string };

async function speech(text: string, voice: CallerVoice): Promise<Int16Array> {
  const { samples, sampleRate } = await synthesize(text, voice);
  return toInt16(resample(toFloat32(samples), sampleRate, FORMAT.sampleRate));
}

/** One end of the line: a microphone that streams all the time and a loudspeaker that plays at real time. */
class SpokenCall {
  readonly received: Received[] = [];
  readonly ignored: string[] = [];
  readonly speaker = new VirtualSpeaker({ sampleRate: FORMAT.sampleRate });
  readonly playback: ResponsePlayback;
  private readonly microphone: PacedMicrophone;

  private constructor(readonly client: VoiceClient) {
    this.playback = new ResponsePlayback(client, this.speaker);
    this.microphone = new PacedMicrophone({ sampleRate: FORMAT.sampleRate, send: (frame) => client.sendAudio(frame) });
    client.on('message', (message) => this.received.push(message));
    client.on('audio', ({ responseId }) => this.received.push({ type: 'audio', responseId }));
    client.on('message.ignored', ({ reason }) => this.ignored.push(reason));
    this.microphone.start();
  }

  static async place(app: ParleyApp): Promise<SpokenCall> {
    const { client } = await connect({
      url: app.stream,
      token: app.token(),
      agent: 'quiet',
      audio: { input: FORMAT, output: FORMAT },
    });
    return new SpokenCall(client);
  }

  async say(samples: Int16Array): Promise<void> {
    await this.microphone.say({ samples });
  }

  of<T extends Received['type']>(type: T): Extract<Received, { type: T }>[] {
    return this.received.filter((item): item is Extract<Received, { type: T }> => item.type === type);
  }

  async until(what: () => boolean): Promise<void> {
    await waitFor(() => what() || this.client.state !== 'open', PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; came: ${this.received.map((item) => JSON.stringify(item)).join(' ')}`);
    });
  }

  async hangUp(): Promise<void> {
    this.microphone.stop();
    await this.client.end();
    this.playback.dispose();
    await this.speaker.close();
  }
}

afterAll(endSynthesis);

describeWith(['pocketsphinx'])('a spoken call', () => {
  let app: ParleyApp;

  beforeAll(async () => {
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({ agents: { quiet: julia.replace(/^greeting: .*$/m, "greeting: ''") } });
  });
  afterAll(async () => app.close());

  it.each(['slt', 'rms', 'awb'] as const)('is answered from the records, and stops for voice %s', async (voice) => {
    const question = await speech('What transactions does client 5001 have?', voice);
    const interruption = await speech('What is our refund policy?', voice);
    const call = await SpokenCall.place(app);
    try {
      await call.say(question);
      await call.until(() => call.of('tool.finished').length > 0);
      expect(call.of('tool.started')[0]).toMatchObject({ name: 'query_transactions', arguments: { client_id: 5001 } });
      expect(call.of('tool.finished')[0]).toMatchObject({ ok: true });
      expect(call.of('transcript.partial').length).toBeGreaterThan(0);
      const responseId = call.of('response.started')[0]?.responseId ?? '';
      await call.until(() => (call.playback.playedMs(responseId) ?? 0) > 1500);

      await call.say(interruption);
      await call.until(() => call.of('response.interrupted').length > 0);
      const types = call.received.map(({ type }) => type);
      const cut = types.indexOf('response.interrupted');
      expect(types.indexOf('response.paused')).toBeGreaterThan(types.indexOf('audio'));
      expect(types.indexOf('response.paused')).toBeLessThan(cut);
      const { responseId: stopped, heardText } = call.of('response.interrupted')[0] ?? {
        responseId: '',
        heardText: '',
      };
      expect(stopped).toBe(responseId);
      const written = call
        .of('response.text')
        .filter((message) => message.responseId === responseId)
        .map(({ delta }) => delta)
        .join('');
      expect(heardText).not.toBe('');
      expect(written.startsWith(heardText)).toBe(true);

      // The next answer is about what the caller said over the first one, and nothing of the first is heard any more.
      await call.until(() => call.of('response.started').length > 1);
      await call.until(() => call.received.some((item) => item.type === 'audio' && item.responseId !== responseId));
      expect(call.of('tool.started').at(-1)).toMatchObject({ name: 'search_documents' });
      const next = call.received.findIndex(
        (item) => item.type === 'response.started' && item.responseId !== responseId,
      );
      expect(next).toBeGreaterThan(cut);
      expect(call.received.slice(cut, next).map(({ type }) => type)).not.toContain('audio');
      expect(call.ignored).toEqual([]);
      expect(call.of('error')).toEqual([]);
    } finally {
      await call.hangUp();
    }
  });
});
