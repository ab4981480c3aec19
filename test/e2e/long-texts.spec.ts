// Texts that have no end, from everybody who can send one: recognisers, clients, models. Over the whole app and each real
// wire, to what the caller is shown and what the model is given.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import {
  MAX_CLIENT_TRANSCRIPT_CHARS,
  MAX_TURN_CHARS,
  MAX_TYPED_CHARS,
  MAX_VARIABLE_CHARS,
} from '../../src/bounds/texts.port.js';
import { packageRoot } from '../../src/database/package-root.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatPart } from '../simulators/openai-knobs.js';
import { SIMULATED_SPEECHMATICS_KEY, SpeechmaticsSimulator } from '../simulators/speechmatics.js';
import { faultOfHistory } from '../simulators/strict-history.js';
import { silence, tone } from '../simulators/tone.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../simulators/transcription.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);

const RATE = 16_000;
const FRAME_BYTES = 640;
/** Words of a hundred letters: a simulator gives each its times, and a socket's message may have 1 MB. */
const babble = (chars: number): string => `${'x'.repeat(99)} `.repeat(chars / 100).trim();
const AGENTS: Readonly<Record<string, readonly string[]>> = {
  deepgram: ['deepgram'],
  whisper: ['whisper'],
  speechmatics: ['speechmatics'],
  chain: ['speechmatics', 'openai'],
  webspeech: ['webspeech'],
};

describe('a text without an end', () => {
  let deepgram: DeepgramSimulator;
  let transcription: TranscriptionSimulator;
  let speechmatics: SpeechmaticsSimulator;
  let openai: OpenAiSimulator;
  let app: ParleyApp;
  let caller: TextCaller;
  let script: readonly ChatPart[] = [];
  let modelHangs = false;

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start({ knobs: { transcripts: [babble(200_000)] } });
    transcription = await TranscriptionSimulator.start({ transcripts: [babble(1_000_000)] });
    speechmatics = await SpeechmaticsSimulator.start({ knobs: { transcripts: [babble(200_000)] } });
    openai = await OpenAiSimulator.start({
      script: () => script,
      chat: () => ({ hang: modelHangs }),
      transcription: 'Is anybody there?',
      speech: { msPerChar: 1 },
    });
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'whisper',
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        // Tones are speech for the simulators, and for nobody with an ear for voices.
        VAD_PROVIDER: 'energy',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
        WHISPER_SERVICE_URL: transcription.url,
        WHISPER_API_KEY: SIMULATED_TRANSCRIPTION_KEY,
        SPEECHMATICS_URL: speechmatics.url,
        SPEECHMATICS_API_KEY: SIMULATED_SPEECHMATICS_KEY,
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
      },
      agents: Object.fromEntries(
        Object.entries(AGENTS).map(([name, stt]) => [name, `${julia}\nproviders: { stt: [${stt.join(', ')}] }\n`]),
      ),
    });
  });
  beforeEach(() => {
    script = [{ text: 'Here I am.' }];
    modelHangs = false;
    openai.chatRequests.splice(0);
  });
  afterEach(() => {
    caller.client.ws.close(1000);
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([deepgram.close(), transcription.close(), speechmatics.close(), openai.close()]);
  });

  const call = async (agent: string): Promise<void> => {
    caller = await TextCaller.call(app, { start: { agent } });
  };
  const speak = (): void => {
    const audio = Buffer.concat([silence(300, RATE), tone(1200, RATE), silence(1500, RATE)]);
    for (let at = 0; at < audio.length; at += FRAME_BYTES) caller.client.ws.send(audio.subarray(at, at + FRAME_BYTES));
  };
  const shown = (): string => JSON.stringify(caller.received);

  it.each(['deepgram', 'whisper', 'speechmatics'])('of %s is its fault, and nobody is given it', async (agent) => {
    await call(agent);
    speak();
    expect(await caller.until('error')).toMatchObject({ code: 'stt_failed' });
    expect(shown()).not.toContain('xxx');
    // The call goes on: by text, and the model knows nothing of it.
    expect((await caller.say('Are you there?')).text).toBe('Here I am.');
    expect(JSON.stringify(openai.chatRequests)).not.toContain('xxx');
  });

  it('of one recogniser is heard by the next', async () => {
    await call('chain');
    speak();
    expect(await caller.until('turn.ended')).toMatchObject({ text: 'Is anybody there?' });
    expect(shown()).not.toContain('xxx');
  });

  it('of a client is refused, and what is just short enough is taken', async () => {
    await call('webspeech');
    for (const [message, where] of [
      [{ type: 'text.submit', text: 'x'.repeat(MAX_TYPED_CHARS + 1) }, 'text'],
      [{ type: 'input.transcript', text: 'x'.repeat(MAX_CLIENT_TRANSCRIPT_CHARS + 1), final: true }, 'text'],
      [{ type: 'input.transcript', text: 'x'.repeat(MAX_CLIENT_TRANSCRIPT_CHARS + 1), final: false }, 'text'],
    ] as const) {
      const from = caller.received.length;
      caller.client.send(message);
      const error = await caller.until('error', from);
      expect(error).toMatchObject({ code: 'bad_message' });
      expect(error.message).toContain(where);
    }
    expect(openai.chatRequests).toEqual([]);
    const typed = 'y'.repeat(MAX_TYPED_CHARS);
    expect((await caller.say(typed)).text).toBe('Here I am.');
    expect(openai.chatRequests.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: typed });
  });

  it('of a client, in its variables, is refused before the call', async () => {
    await call('webspeech');
    const client = await TextCaller.call(app, {
      start: { variables: { name: 'x'.repeat(MAX_VARIABLE_CHARS + 1) } },
    }).catch((error: unknown) => error);
    expect(String(client)).toContain('variables.name');
  });

  it('of a client that comes in pieces is several turns', async () => {
    await call('webspeech');
    const piece = 'z'.repeat(MAX_CLIENT_TRANSCRIPT_CHARS);
    const pieces = 2 * (MAX_TURN_CHARS / MAX_CLIENT_TRANSCRIPT_CHARS) + 3;
    for (let n = 0; n < pieces; n += 1) caller.client.send({ type: 'input.transcript', text: piece, final: true });
    const texts = (): string[] => caller.all('turn.ended').map(({ text }) => text);
    // Nothing of it is lost.
    await waitFor(() => texts().join('').replaceAll(' ', '').length === pieces * piece.length, 20_000);
    for (const text of texts()) expect(text.length).toBeLessThanOrEqual(MAX_TURN_CHARS + piece.length);
  });

  it('of a caller who never hears an answer reaches the model as its last words', async () => {
    await call('webspeech');
    modelHangs = true;
    const asked = (): string => String(openai.chatRequests.at(-1)?.messages.at(-1)?.content);
    for (let n = 0; n < 6; n += 1) {
      await caller.begin(`${n} ${babble(3900)}`);
      await waitFor(() => asked().includes(`${n} x`));
    }
    expect(openai.chatRequests.at(-1)?.messages.at(-1)?.role).toBe('user');
    expect(asked()).toContain(' 5 x');
    expect(asked().length).toBeLessThanOrEqual(MAX_TURN_CHARS);
  });

  it.each<[string, readonly ChatPart[]]>([
    ['words', [{ text: babble(1_000_000) }]],
    ['words in pieces', Array.from({ length: 2000 }, () => ({ text: babble(500) }))],
    ['arguments', [{ tool: { name: 'query_transactions', arguments: `{"client_id":"${babble(1_000_000)}"}` } }]],
    ['a call as text', [{ text: `<tool_call>{"name":"query_transactions","arguments":{"a":"${babble(1_000_000)}"}}` }]],
    ['a name', [{ tool: { name: babble(1_000_000), arguments: '{}' } }]],
    ['an id', [{ tool: { id: babble(1_000_000), name: 'query_transactions', arguments: '{"client_id":5001}' } }]],
    ['a thought', [{ text: `<think>${babble(1_000_000)}` }]],
  ])('of a model is cut or refused: %s', async (_what, parts) => {
    await call('webspeech');
    script = parts;
    const from = caller.received.length;
    const answer = await caller.say('So?');
    // Ten times less than what came, and an end that says so, or that there is nothing to say.
    expect(JSON.stringify(caller.received.slice(from)).length).toBeLessThan(100_000);
    expect(answer.text).toMatch(/[.?!]$/);
    script = [{ text: 'Here I am.' }];
    expect((await caller.say('And now?')).text).toBe('Here I am.');
    const { messages = [] } = openai.chatRequests.at(-1) ?? {};
    expect(faultOfHistory(messages)).toBeUndefined();
    expect(JSON.stringify(messages).length).toBeLessThan(100_000);
  });
});
