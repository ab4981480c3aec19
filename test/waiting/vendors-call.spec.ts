// The whole app with Deepgram and OpenAI on their real wires (simulated), and the tools on real rows: what callers get
// when all is well, when they talk over the agent, and when a vendor fails in the middle of a call.
import { jest } from '@jest/globals';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import type { DeepgramKnobs } from '../simulators/deepgram-knobs.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatKnobs, ChatScript, SpeechKnobs } from '../simulators/openai-knobs.js';
import { silence, tone } from '../simulators/tone.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import type { Answer } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);
const PATIENCE_MS = 40_000;

const FIRST = 'what transactions does client 5001 have';
const SECOND = 'and what about client 5002';
const APOLOGY = 'I am sorry, I could not work that out just now. Please try again in a moment.';
const RATE = 16_000;
/** Loud, then quiet: the simulated recogniser hears its next transcript in it. */
const UTTERANCE = Buffer.concat([tone(1500, RATE), silence(2000, RATE)]);
const FRAME_BYTES = 640;

function sayInto({ client }: TextCaller): void {
  for (let at = 0; at < UTTERANCE.length; at += FRAME_BYTES) {
    client.ws.send(UTTERANCE.subarray(at, at + FRAME_BYTES));
  }
}

/** Looks the client up that was asked for, and tells at length what the tool has found. */
const script: ChatScript = ({ messages }) => {
  const last = messages.at(-1);
  if (last?.role === 'user') {
    const client = /\b5\d\d\d\b/.exec(String(last.content))?.[0];
    if (client === undefined) return [{ text: 'Which client do you mean?' }];
    return [{ tool: { name: 'query_transactions', arguments: JSON.stringify({ client_id: Number(client) }) } }];
  }
  const { data } = JSON.parse(String(last?.content)) as { data: { client: { name: string }; count: number } };
  const more = Array.from({ length: 12 }, (_, n) => ` This is sentence number ${n + 1} about them.`);
  return [{ text: `${data.client.name} has ${data.count} transactions.` }, ...more.map((text) => ({ text }))];
};

/** What is on record of a call once it is over. */
async function endedCall(app: ParleyApp, callSid: string) {
  const headers = { authorization: `Bearer ${app.token()}` };
  let record = { status: '', usage: {} as Record<string, number>, cost: null as Record<string, number> | null };
  await waitFor(async () => {
    const response = await fetch(`${app.http}/v1/calls/${callSid}`, { headers });
    record = (await response.json()) as typeof record;
    return record.status === 'completed';
  }, PATIENCE_MS);
  return record;
}

describe.each(['nova-3', 'flux-general-en'])('a call with Deepgram %s and OpenAI', (model) => {
  let deepgram: DeepgramSimulator;
  let openai: OpenAiSimulator;
  let app: ParleyApp;
  /** How the vendors behave from now on, by the number of the connection or request within the test. */
  let behaviour: {
    listening: (connection: number) => DeepgramKnobs;
    chat: (request: number) => ChatKnobs;
    speech: SpeechKnobs;
  };
  let connectionsBefore = 0;
  let requestsBefore = 0;
  const callers: TextCaller[] = [];

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start({
      knobs: (connection) => ({ transcripts: [FIRST, SECOND], ...behaviour.listening(connection - connectionsBefore) }),
    });
    openai = await OpenAiSimulator.start({
      script,
      chat: (request) => behaviour.chat(request - requestsBefore),
      speech: () => behaviour.speech,
    });
    app = await ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'deepgram',
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
        DEEPGRAM_MODEL: model,
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
      },
    });
  });
  beforeEach(() => {
    behaviour = { listening: () => ({}), chat: () => ({}), speech: {} };
    connectionsBefore = deepgram.counts.handshakes;
    requestsBefore = openai.counts.chat;
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.client.ws.close(1000);
    await waitFor(async () => (await app.activeSessions()) === 0, PATIENCE_MS);
    // Nothing goes on behind a call that is over.
    await waitFor(() => deepgram.open === 0 && openai.active === 0, PATIENCE_MS);
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([deepgram.close(), openai.close()]);
  });

  const call = async (): Promise<TextCaller> => {
    const caller = await TextCaller.call(app);
    callers.push(caller);
    return caller;
  };

  /** Says the next thing; resolves when the answer begins. */
  const speak = async (caller: TextCaller) => {
    const from = caller.received.length;
    sayInto(caller);
    const { turnId, text } = await caller.until('turn.ended', from);
    const { responseId } = await caller.until('response.started', from, (message) => message.turnId === turnId);
    return { from, text, responseId };
  };

  const answered = async (caller: TextCaller, { responseId, from }: { responseId: string; from: number }) => {
    await caller.until('response.completed', from, (message) => message.responseId === responseId);
    return caller.answer(responseId, from);
  };

  const expectRows = (answer: Answer, client: number, name: string): void => {
    expect(answer.tools).toMatchObject([
      { name: 'query_transactions', arguments: { client_id: client }, outcome: { ok: true } },
    ]);
    expect(answer.text).toMatch(new RegExp(`^${name} has \\d+ transactions\\.`));
    expect(answer.audioBytes).toBeGreaterThan(RATE * 2);
  };

  it('answers a spoken turn with real rows, and speaks the answer', async () => {
    const caller = await call();
    const turn = await speak(caller);
    expect(turn.text).toBe(FIRST);
    const answer = await answered(caller, turn);
    expectRows(answer, 5001, 'Ada Park');
    expect(answer.errors).toEqual([]);
    expect(caller.all('speech.started').length).toBeGreaterThan(0);
    expect(caller.all('transcript.final').map(({ text }) => text)).toEqual([FIRST]);
    expect(caller.all('turn.metrics')).toHaveLength(1);
    // The greeting and the answer were spoken by the vendor, the tool's rows were shown to the model.
    expect(openai.speechRequests.map(({ input }) => input).join(' ')).toMatch(/this is Julia.*Ada Park has/s);
    expect(openai.chatRequests.at(-1)?.messages.at(-1)?.content).toMatch(/"ok":true.*"transactions":\[\{/s);

    const next = await speak(caller);
    expect(next.text).toBe(SECOND);
    expectRows(await answered(caller, next), 5002, 'Marcus Webb');
  });

  const spokenCharacters = (): number => openai.speechRequests.reduce((sum, { input }) => sum + input.length, 0);

  it('knows what a call has cost, by what the vendors were given', async () => {
    const caller = await call();
    const charactersBefore = spokenCharacters();
    await answered(caller, await speak(caller));
    await answered(caller, await speak(caller));
    const { sessionId = '' } = caller.all('session.started')[0] ?? {};
    await caller.hangUp();
    const record = await endedCall(app, sessionId);
    const { sttSeconds = 0, ttsCharacters = 0, llmInputTokens = 0, llmOutputTokens = 0 } = record.usage;
    const characters = spokenCharacters() - charactersBefore;
    // A sentence that was asked for ahead may not be asked for any more when the caller speaks.
    expect(ttsCharacters).toBeGreaterThanOrEqual(characters);
    expect(ttsCharacters).toBeLessThan(characters + 200);
    // Two utterances, and what little of a third the simulator hears as silence.
    expect(sttSeconds).toBeCloseTo((2 * UTTERANCE.length) / (RATE * 2), 1);
    const models = (0.15 * llmInputTokens + 0.6 * llmOutputTokens) / 1e6;
    expect(record.cost).toEqual({
      USD: expect.closeTo((0.0077 * sttSeconds) / 60 + (16 * ttsCharacters) / 1e6 + models, 6),
    });
  });

  it('stops when it is talked over, and the model is told what was heard', async () => {
    const caller = await call();
    caller.listening = false;
    const turn = await speak(caller);
    await waitFor(() => caller.audioOf(turn.responseId, turn.from) > 4 * RATE * 2, PATIENCE_MS);
    caller.client.send({ type: 'playback.position', responseId: turn.responseId, playedMs: 3000 });

    const next = await speak(caller);
    const own = (message: { responseId: string }): boolean => message.responseId === turn.responseId;
    const { heardText } = await caller.until('response.interrupted', turn.from, own);
    const { text } = caller.answer(turn.responseId, turn.from);
    expect(text.startsWith(heardText)).toBe(true);
    expect(heardText).not.toBe('');
    expect(heardText.length).toBeLessThan(text.length);
    const types = caller.received.slice(turn.from).map(({ type }) => type);
    const paused = types.indexOf('response.paused');
    const cut = types.indexOf('response.interrupted');
    const begun = types.indexOf('response.started', cut);
    expect(paused).toBeGreaterThan(0);
    expect(paused).toBeLessThan(cut);
    // Held from the first sign of speech, and gone with the interruption.
    expect(types.slice(paused, begun)).not.toContain('audio');

    caller.listening = true;
    caller.client.send({ type: 'playback.finished', responseId: next.responseId });
    expectRows(await answered(caller, next), 5002, 'Marcus Webb');
    const told = openai.chatRequests.at(-1)?.messages ?? [];
    expect(told.filter(({ role }) => role === 'assistant').map(({ content }) => content)).toContainEqual(
      expect.stringContaining(heardText),
    );
    expect(JSON.stringify(told)).not.toContain('sentence number 12');
  });

  it('goes on when the connection to the recogniser breaks in the middle of a word', async () => {
    behaviour.listening = (connection) =>
      connection === 0 ? { fault: { afterAudioMs: 700, kind: 'destroy' } } : { transcripts: [FIRST, SECOND] };
    const caller = await call();
    const turn = await speak(caller);
    // Nothing has to be said again: the new connection heard it all.
    expect(turn.text).toBe(FIRST);
    expectRows(await answered(caller, turn), 5001, 'Ada Park');
    expect(caller.all('turn.ended')).toHaveLength(1);
    expect(caller.all('error')).toEqual([]);
    expect(deepgram.counts.handshakes - connectionsBefore).toBe(2);
  });

  it('stays open, and says why it cannot hear, when no recogniser can be had any more', async () => {
    behaviour.listening = (connection) =>
      connection === 0 ? { fault: { afterAudioMs: 700, kind: 'destroy' } } : { handshake: 'refuse' };
    const caller = await call();
    sayInto(caller);
    const error = await caller.until('error', 0, ({ retryAfter }) => retryAfter !== undefined);
    expect(error).toMatchObject({
      code: 'stt_failed',
      fatal: false,
      message: expect.stringMatching(/deepgram: .*only typed text is understood/),
    });
    const { text } = await caller.until('response.completed', 0, (completed) => completed.text.includes('hear you'));
    expect(text).toContain('I cannot hear you just now');
    expect((await caller.say('hello')).text).not.toBe('');
    await caller.hangUp();
  });

  it('apologises when the model fails, and answers the next time', async () => {
    const caller = await call();
    behaviour.chat = () => ({ refusal: { status: 500 } });
    const failed = await answered(caller, await speak(caller));
    expect(failed.errors).toMatchObject([{ code: 'llm_failed', fatal: false, message: expect.any(String) }]);
    expect(failed.errors[0]?.message).toMatch(/openai: unavailable/);
    expect(failed.text).toBe(APOLOGY);
    expect(failed.audioBytes).toBeGreaterThan(RATE);
    behaviour.chat = () => ({});
    expectRows(await answered(caller, await speak(caller)), 5002, 'Marcus Webb');
  });

  it('says when to come back when the model has no room', async () => {
    const caller = await call();
    behaviour.chat = () => ({ refusal: { status: 429, headers: { 'retry-after': '7' } } });
    const failed = await answered(caller, await speak(caller));
    expect(failed.errors).toMatchObject([{ code: 'llm_failed', fatal: false, retryAfter: 7 }]);
  });

  it('finishes its sentence with an apology when the model breaks off', async () => {
    const caller = await call();
    // The first request asks for the tool; the second is the answer, and the third would go on with it.
    behaviour.chat = (request) =>
      [{}, { fault: { afterChunks: 4, kind: 'end' } } as const][request] ?? { refusal: { status: 500 } };
    const failed = await answered(caller, await speak(caller));
    expect(failed.errors).toMatchObject([{ code: 'llm_failed', fatal: false }]);
    expect(failed.text).toMatch(/^Ada Park has \d+ transactions\. This is sentence number 1 about them/);
    expect(failed.text.endsWith(APOLOGY)).toBe(true);
    expect(failed.audioBytes).toBeGreaterThan(RATE);
    behaviour.chat = () => ({});
    expectRows(await answered(caller, await speak(caller)), 5002, 'Marcus Webb');
  });

  it('still writes what it cannot speak', async () => {
    const caller = await call();
    behaviour.speech = { refusal: { status: 500 } };
    const mute = await answered(caller, await speak(caller));
    expect(mute.errors).toMatchObject([{ code: 'tts_failed', fatal: false }]);
    expect(mute.text).toMatch(/^Ada Park has \d+ transactions\..*sentence number 12/s);
    // The apology was spoken while the voice was well: it takes about 3 s.
    expect(mute.audioBytes).toBeGreaterThan(2 * 16_000 * 2);
    behaviour.speech = {};
    expectRows(await answered(caller, await speak(caller)), 5002, 'Marcus Webb');
  });
});

describe('a call with wrong keys', () => {
  let deepgram: DeepgramSimulator;
  let openai: OpenAiSimulator;
  let app: ParleyApp;

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start();
    openai = await OpenAiSimulator.start({ script });
    app = await ParleyApp.start({
      env: {
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        DEEPGRAM_API_KEY: 'a-wrong-deepgram-key',
        DEEPGRAM_BASE_URL: deepgram.url,
        OPENAI_API_KEY: 'a-wrong-openai-key',
        OPENAI_BASE_URL: openai.url,
      },
      agents: {
        hearing: 'name: Ada\ninstructions: You are Ada.\nproviders: { stt: [deepgram], llm: [rules] }\n',
        thinking: 'name: Ada\ninstructions: You are Ada.\n',
      },
    });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([deepgram.close(), openai.close()]);
  });

  it('says so when it is the recogniser’s, and typed text is still answered', async () => {
    const caller = await TextCaller.call(app, { start: { agent: 'hearing' }, greeted: false });
    expect(await caller.until('error')).toMatchObject({
      code: 'stt_failed',
      fatal: false,
      message: expect.stringMatching(/deepgram: unauthorized.*check the key of deepgram/),
    });
    expect(deepgram.counts.accepted).toBe(0);
    expect((await caller.say('hello')).text).not.toBe('');
    await caller.hangUp();
  });

  it('says so in text when it is the model’s and the voice’s, and the call lives on', async () => {
    const caller = await TextCaller.call(app, { start: { agent: 'thinking' }, greeted: false });
    const answer = await caller.say('what transactions does client 5001 have');
    expect(answer.errors).toMatchObject([
      {
        code: 'llm_failed',
        fatal: false,
        message: expect.stringMatching(/openai: unauthorized.*check the key of openai/),
      },
      {
        code: 'tts_failed',
        fatal: false,
        message: expect.stringMatching(/openai: unauthorized.*check the key of openai/),
      },
    ]);
    expect(answer.text).toMatch(/sorry/i);
    // No key, and no part of one, reaches the caller.
    expect(JSON.stringify(caller.received)).not.toMatch(/wrong-(openai|deepgram)/);
    expect(await caller.hangUp()).toMatchObject({ reason: 'client' });
  });
});
