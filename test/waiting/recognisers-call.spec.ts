// Calls whose speech other recognisers than the local one hear, on their real wires, or the client itself: from the keys of
// the environment, over the socket, to the answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { packageRoot } from '../../src/database/package-root.js';
import { SIMULATED_SPEECHMATICS_KEY, SpeechmaticsSimulator } from '../simulators/speechmatics.js';
import { silence, tone } from '../simulators/tone.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../simulators/transcription.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);

const RATE = 16_000;
const FRAME_BYTES = 640;
const WORDS = 'What transactions does client 5001 have?';

const HEARING = ['whisper', 'whisper_vad', 'openai', 'speechmatics'];

describe('a spoken call', () => {
  let transcription: TranscriptionSimulator;
  let speechmatics: SpeechmaticsSimulator;
  let app: ParleyApp;

  beforeAll(async () => {
    transcription = await TranscriptionSimulator.start({ transcripts: [WORDS] });
    speechmatics = await SpeechmaticsSimulator.start({ knobs: { transcripts: [WORDS] } });
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'whisper',
        // Tones are speech for the simulators, and for nobody with an ear for voices.
        VAD_PROVIDER: 'energy',
        WHISPER_SERVICE_URL: transcription.url,
        WHISPER_API_KEY: SIMULATED_TRANSCRIPTION_KEY,
        OPENAI_BASE_URL: `${transcription.url}/v1`,
        OPENAI_API_KEY: SIMULATED_TRANSCRIPTION_KEY,
        SPEECHMATICS_URL: speechmatics.url,
        SPEECHMATICS_API_KEY: SIMULATED_SPEECHMATICS_KEY,
      },
      agents: Object.fromEntries(
        [...HEARING, 'webspeech'].map((name) => [name, `${julia}\nproviders: { stt: [${name}] }\n`]),
      ),
    });
  });
  afterAll(async () => {
    await app.close();
    await transcription.close();
    await speechmatics.close();
  });

  it.each(HEARING)('is heard by %s and answered', async (provider) => {
    const caller = await TextCaller.call(app, { start: { agent: provider } });
    expect(caller.all('session.started')[0]).not.toHaveProperty('recognition');
    const from = caller.received.length;
    const audio = Buffer.concat([silence(300, RATE), tone(1200, RATE), silence(1500, RATE)]);
    for (let at = 0; at < audio.length; at += FRAME_BYTES) caller.client.ws.send(audio.subarray(at, at + FRAME_BYTES));
    const { text } = await caller.until('turn.ended', from);
    expect(text).toMatch(/^What transactions does client 5001 have/);
    const answer = await caller.until('response.completed', from);
    expect(answer.text).toMatch(/^Client 5001, Ada Park, has \d+ transactions/);
    expect(caller.all('turn.ended', from)).toHaveLength(1);
    expect(caller.all('error', from)).toEqual([]);
    await caller.hangUp();
  });

  describe('whose client recognises the speech', () => {
    let caller: TextCaller;

    beforeAll(async () => {
      caller = await TextCaller.call(app, { start: { agent: 'webspeech' } });
    });
    afterAll(() => {
      caller.client.ws.close(1000);
    });

    const hear = (text: string, final: boolean): void => caller.client.send({ type: 'input.transcript', text, final });

    it('is announced as one', () => {
      expect(caller.all('session.started')[0]).toMatchObject({ recognition: 'client' });
    });

    it('is answered when no more words come, and the words are shown as they were heard', async () => {
      const from = caller.received.length;
      hear('what transactions', false);
      hear('What transactions does client 5001 have?', true);
      const { text } = await caller.until('turn.ended', from);
      expect(text).toBe('What transactions does client 5001 have?');
      expect(caller.all('transcript.partial', from)[0]?.text).toBe('what transactions');
      const { text: answer } = await caller.until('response.completed', from);
      expect(answer).toMatch(/^Client 5001, Ada Park, has \d+ transactions/);
      // Times of words are when they came: no audio was ever sent.
      const { voiceToVoiceMs = -1 } = await caller.until('turn.metrics', from);
      expect(voiceToVoiceMs).toBeGreaterThanOrEqual(0);
      expect(voiceToVoiceMs).toBeLessThan(60_000);
    });

    it('can be interrupted by words', async () => {
      caller.listening = false;
      const { responseId } = await caller.begin('What transactions does client 5001 have?');
      const from = caller.received.length;
      hear('stop, show me client 5002', false);
      await caller.until('response.interrupted', from, (message) => message.responseId === responseId);
      caller.listening = true;
      hear('Stop. What transactions does client 5002 have?', true);
      const { text } = await caller.until('response.completed', from, (message) => message.responseId !== responseId);
      expect(text).toMatch(/5002/);
    });

    it('ends the turn at once by push to talk', async () => {
      const from = caller.received.length;
      hear('What transactions does client 5003 have', false);
      caller.client.send({ type: 'input.commit' });
      const { text } = await caller.until('turn.ended', from);
      expect(text).toBe('What transactions does client 5003 have');
    });
  });
});
