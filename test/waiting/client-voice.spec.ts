// The whole app for a client that hears and speaks by itself: words come in, words go out, and the server keeps what the
// client says that the caller has heard.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { ReadingVoice } from '../../client/node/reading-voice.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { TextPlayback, type TextVoice, type TextVoiceListener } from '../../client/playback/text-playback.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { VoiceClient } from '../../client/voice-client.js';
import { speakable } from '../../src/conversation/speakable.js';
import { packageRoot } from '../../src/database/package-root.js';
import type { ServerMessage, ServerMessageOf } from '../../src/protocol/index.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { RedisServer } from '../support/redis-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);

describe('a call whose client speaks by itself', () => {
  let app: ParleyApp;

  beforeAll(async () => {
    app = await ParleyApp.start({ env: { STREAM_STT_PROVIDER: 'webspeech', STREAM_TTS_PROVIDER: 'browser' } });
  });
  afterAll(() => app.close());

  async function connect(charsPerSecond: number) {
    const client = new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });
    const session = await client.connect({ url: app.stream, token: app.token() });
    const messages: ServerMessage[] = [];
    let audio = 0;
    client.on('message', (message) => messages.push(message));
    client.on('audio', () => {
      audio += 1;
    });
    const reading = new TextPlayback(client, new ReadingVoice(charsPerSecond));
    const playback = new ResponsePlayback(client, new VirtualSpeaker({ sampleRate: session.audio.output.sampleRate }));
    const all = <T extends ServerMessage['type']>(type: T) =>
      messages.filter((message): message is ServerMessageOf<T> => message.type === type);
    const hangUp = async () => {
      await client.end();
      reading.dispose();
      playback.dispose();
    };
    return { client, all, audio: () => audio, playback, hangUp };
  }

  it('hears the greeting and an answer as text, and both to their end', async () => {
    const { client, all, audio, playback, hangUp } = await connect(400);
    await waitFor(() => all('response.completed').length === 1);
    client.submitText('What transactions does client 5001 have?');
    await waitFor(() => all('response.completed').length === 2);
    expect(all('response.completed')[0]?.text).toBe('Hello, this is Julia. How can I help you?');
    expect(all('response.completed')[1]?.text).toMatch(/^Client 5001, Ada Park, has \d+ transactions/);
    const spoken = all('response.speak').map(({ text }) => text);
    expect(spoken.slice(0, 2)).toEqual(['Hello, this is Julia.', 'How can I help you?']);
    expect(audio()).toBe(0);
    await playback.whenIdle();
    await hangUp();
  });

  it('keeps of an interrupted answer what its caller has heard', async () => {
    const { client, all, hangUp } = await connect(20);
    await waitFor(() => all('response.speak').length > 0);
    client.sendTranscript('stop please', false);
    client.sendTranscript('stop please', true);
    await waitFor(() => all('response.interrupted').length === 1);
    const heard = all('response.interrupted')[0]?.heardText ?? '?';
    expect('Hello, this is Julia. How can I help you?'.startsWith(heard)).toBe(true);
    expect(heard).not.toContain('How can I help you?');
    await hangUp();
  });
});

/** Reads at 80 characters a second and keeps what the caller has heard, to the character. */
class HeardVoice implements TextVoice {
  readonly #voice = new ReadingVoice(80);
  /** What was said of each text that it was given. */
  readonly said: string[] = [];

  speak(text: string, options: unknown, listener: TextVoiceListener): void {
    const at = this.said.push('') - 1;
    this.#voice.speak(text, options, {
      heard: (chars) => {
        this.said[at] = text.slice(0, chars);
        listener.heard(chars);
      },
      done: () => {
        this.said[at] = text;
        listener.done();
      },
      failed: () => listener.failed(),
    });
  }
  pause(): void {
    this.#voice.pause();
  }
  resume(): void {
    this.#voice.resume();
  }
  stop(): void {
    this.#voice.stop();
  }
}

const AGENT = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
const QUESTION = 'What transactions does client 5001 have?';

/** A caller behind a network of their own. */
async function callOver(network: TcpProxy, token: string) {
  const client = new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });
  const { audio } = await client.connect({ url: `ws://127.0.0.1:${network.port}/v1/stream`, token, agent: 'quiet' });
  const messages: ServerMessage[] = [];
  client.on('message', (message) => messages.push(message));
  const voice = new HeardVoice();
  const reading = new TextPlayback(client, voice);
  // A client that is ready for both kinds of voice, as the terminal's is.
  const playback = new ResponsePlayback(client, new VirtualSpeaker({ sampleRate: audio.output.sampleRate }));
  const all = <T extends ServerMessage['type']>(type: T) =>
    messages.filter((message): message is ServerMessageOf<T> => message.type === type);
  const hangUp = async () => {
    await client.end();
    reading.dispose();
    playback.dispose();
    await network.stop();
  };
  return { client, voice, all, hangUp };
}

type CallOver = Awaited<ReturnType<typeof callOver>>;

/** Moments in the middle of a reply at which a connection can break. */
const MOMENTS: readonly (readonly [string, (call: CallOver) => boolean])[] = [
  ['before any piece of it was said', ({ all }) => all('turn.ended').length === 1],
  ['in the middle of a piece', ({ voice }) => (voice.said.at(-1)?.length ?? 0) > 20],
  ['when some of it was said', ({ voice }) => voice.said.length > 1 && (voice.said.at(-1)?.length ?? 0) > 10],
  ['when all of it was said', ({ all }) => all('response.completed').length === 1],
];

const spaced = (texts: readonly string[]): string => texts.join(' ').trim().split(/\s+/).join(' ');

/**
 * What a caller has heard. A text that was broken off goes on with the word, as it was written, in which that was; only
 * this word may have been heard in part before, "twenty-three thousand" of $23,994.91 for example.
 */
function heardOnce(said: readonly string[], cutWord: string): string {
  const texts = said.map((text, at) => {
    const next = said[at + 1] ?? '';
    for (let length = Math.min(cutWord.length, next.length); length > 0; length -= 1) {
      const again = next.slice(0, length);
      if (text.endsWith(again) && cutWord.startsWith(again)) return text.slice(0, -length);
    }
    return text;
  });
  return spaced(texts);
}

describeWith(['redis'])('a reply that the client speaks over a network that breaks', () => {
  let redis: RedisServer;
  let apps: readonly [ParleyApp, ParleyApp];
  let whole = { said: '', written: '' };

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { STREAM_STT_PROVIDER: 'webspeech', STREAM_TTS_PROVIDER: 'browser', REDIS_URL: redis.url };
    const agents = { quiet: AGENT.replace(/^greeting: .*$/m, "greeting: ''") };
    apps = [await ParleyApp.start({ agents, env }), await ParleyApp.start({ agents, env })];
    const call = await callOver(await TcpProxy.to(apps[0].port), apps[0].token());
    call.client.submitText(QUESTION);
    await waitFor(() => call.all('response.completed').length === 1, 60_000);
    whole = { said: spaced(call.voice.said), written: call.all('response.completed')[0]?.text ?? '' };
    await call.hangUp();
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await redis.destroy();
  });

  it.each(
    [
      ['the same process', 0],
      ['another process', 1],
    ].flatMap(([where, to]) => MOMENTS.map(([when, reached]) => ({ where, when, to: Number(to), reached }))),
  )('is heard once and whole when it breaks $when, and goes on in $where', async ({ to, reached }) => {
    const network = await TcpProxy.to(apps[0].port);
    const call = await callOver(network, apps[0].token());
    const { client, voice, all, hangUp } = call;
    client.submitText(QUESTION);
    await waitFor(() => reached(call), 60_000);
    network.away();
    await waitFor(() => client.state === 'reconnecting', 10_000);
    network.redirect(apps[to]?.port ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    network.back();
    await waitFor(() => client.state === 'open', 20_000);
    await waitFor(() => all('response.completed').length === 1, 60_000);
    const [completed] = all('response.completed');
    const cut = all('response.interrupted').map(({ heardText }) => heardText);
    expect(spaced([...cut, completed?.text ?? ''])).toBe(whole.written);
    const goesOn = cut.length === 0 ? '' : (completed?.text.split(' ')[0] ?? '');
    expect(heardOnce(voice.said, speakable(goesOn, 'en-US'))).toBe(whole.said);
    await hangUp();
  });
});
