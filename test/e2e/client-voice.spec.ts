// The whole app for a client that hears and speaks by itself: words come in, words go out, and the server keeps what the
// client says that the caller has heard.
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { ReadingVoice } from '../../client/node/reading-voice.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { TextPlayback } from '../../client/playback/text-playback.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { VoiceClient } from '../../client/voice-client.js';
import type { ServerMessage, ServerMessageOf } from '../../src/protocol/index.js';
import { ParleyApp } from '../support/parley-app.js';
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
