// A supervisor at work: what he sees of calls that go on, and what he does with them, in the whole app.
import { jest } from '@jest/globals';
import type { SimulatedChatRequest } from '../simulators/openai-knobs.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { EventReader } from '../support/event-reader.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);
const PATIENCE_MS = 20_000;

const ada = (lines = ''): string => `name: Ada
instructions: You are Ada.
greeting: Hello.
${lines}`;

interface LiveCall {
  readonly callSid: string;
  readonly userId: string | null;
  readonly agent: string;
  readonly state: string;
  readonly turns: number;
  readonly lastWords: string | null;
  readonly takenOverBy: string | null;
}

describe('a supervisor', () => {
  let openai: OpenAiSimulator;
  let app: ParleyApp;
  const asked: SimulatedChatRequest[] = [];
  const callers: TextCaller[] = [];
  const readers: EventReader[] = [];

  beforeAll(async () => {
    openai = await OpenAiSimulator.start({
      script: (request) => {
        asked.push(request);
        return [{ text: 'All right, ' }, { text: 'I see.' }];
      },
      speech: { msPerChar: 1 },
    });
    app = await ParleyApp.start({
      agents: {
        ada: ada(),
        planned: ada('providers: { llm: [rules] }\n'),
        hidden: ada('redact: [card]\n'),
        zero: ada('privacy: zero\n'),
      },
      env: {
        STREAM_STT_PROVIDER: 'webspeech',
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
      },
    });
  }, 240_000);
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    for (const caller of callers.splice(0)) caller.client.ws.close(1000);
    await waitFor(async () => (await list()).length === 0, PATIENCE_MS);
  });
  afterAll(async () => {
    await app.close();
    await openai.close();
  });

  const token = (user = 'boss'): string => app.token(user, { claims: { role: 'admin', admin: true } });
  const get = async (path: string, as = token()): Promise<Response> =>
    fetch(`${app.http}${path}`, { headers: { authorization: `Bearer ${as}` } });
  const post = async (path: string, body: object = {}, as = token()) => {
    const response = await fetch(`${app.http}/v1/admin/live/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const { error } = (text === '' ? {} : JSON.parse(text)) as { readonly error?: string };
    return { status: response.status, error };
  };
  const list = async (): Promise<readonly LiveCall[]> =>
    ((await (await get('/v1/admin/live')).json()) as { calls: LiveCall[] }).calls;
  const read = async (path: string, as = token()): Promise<EventReader> => {
    const reader = await EventReader.open(`${app.http}/v1/admin/live/${path}`, as);
    readers.push(reader);
    return reader;
  };
  const call = async (user: string, agent = 'ada') => {
    const caller = await TextCaller.call(app, { user, start: { agent } });
    callers.push(caller);
    const { sessionId } = await caller.until('session.started');
    return { caller, sid: sessionId };
  };
  const trailOf = async (sid: string): Promise<readonly { kind: string; data: unknown }[]> => {
    const recorded = (await (await get(`/v1/calls/${sid}`)).json()) as { events?: { kind: string; data: unknown }[] };
    return (recorded.events ?? []).filter(({ kind }) => kind.startsWith('supervisor.'));
  };

  it('is an admin', async () => {
    expect((await get('/v1/admin/live', app.token('ann'))).status).toBe(403);
    expect((await get('/v1/admin/live/events', app.token('ann'))).status).toBe(403);
    expect(await post('x/hang-up', {}, app.token('ann'))).toEqual({ status: 403, error: 'admin_required' });
  });

  it('sees the calls that go on, the newest first, and how they change', async () => {
    const first = await call('ann');
    const second = await call('ben');
    const reader = await read('events');
    const calls = (data: Readonly<Record<string, unknown>>) => data['calls'] as readonly LiveCall[];
    expect(calls(await reader.until('calls')).map(({ userId }) => userId)).toEqual(['ben', 'ann']);
    await first.caller.say('What is new?');
    await reader.until('calls', (data) => calls(data)[1]?.turns === 1 && calls(data)[1]?.state === 'listening');
    expect(await list()).toMatchObject([
      { callSid: second.sid, agent: 'ada', channel: 'web', direction: 'inbound', turns: 0, lastWords: 'Hello.' },
      { callSid: first.sid, turns: 1, errors: 0, lastWords: 'All right, I see.', takenOverBy: null },
    ]);
    await second.caller.hangUp();
    await reader.until('calls', (data) => calls(data).length === 1);
  });

  it('reads along: what was said before, then all that happens, until the call ends, which he may do', async () => {
    const { caller, sid } = await call('ann');
    await caller.say('Good morning.');
    const reader = await read(`${sid}/events`);
    expect(await reader.until('transcript')).toMatchObject({
      words: true,
      lines: [
        { speaker: 'agent', text: 'Hello.' },
        { speaker: 'user', text: 'Good morning.' },
        { speaker: 'agent', text: 'All right, I see.' },
      ],
    });
    await caller.say('And now?');
    await reader.until('response.completed', ({ text }) => text === 'All right, I see.');
    const told = reader.names();
    for (const name of ['turn.ended', 'response.started', 'response.text', 'response.audio_done']) {
      expect(told).toContain(name);
    }
    const before = Date.now();
    expect((await post(`${sid}/hang-up`)).status).toBe(204);
    expect(await caller.until('session.ended')).toMatchObject({ reason: 'agent' });
    expect(Date.now() - before).toBeLessThan(1000);
    await waitFor(() => reader.ended, PATIENCE_MS);
    expect(reader.names().at(-1)).toBe('session.ended');
    await waitFor(async () => (await trailOf(sid)).length === 1, PATIENCE_MS);
    expect(await trailOf(sid)).toMatchObject([{ kind: 'supervisor.hung_up', data: { by: 'boss' } }]);
    expect(await post(`${sid}/hang-up`)).toEqual({ status: 404, error: 'not_found' });
    await expect(read(`${sid}/events`)).rejects.toThrow(/^404/);
  });

  it('whispers to the model, which the caller does not hear', async () => {
    const { caller, sid } = await call('ann');
    const whisper = (text: string, to = sid) => post(`${to}/whisper`, { text });
    expect(await whisper('Offer ten percent off.')).toEqual({ status: 204 });
    for (const text of ['What does it cost?', 'Is that so?']) {
      await caller.say(text);
      const [instructions, told] = asked.at(-1)?.messages ?? [];
      expect(instructions).toMatchObject({
        role: 'system',
        content: expect.stringContaining('You are Ada.') as string,
      });
      expect(JSON.stringify([instructions, told])).toContain('Offer ten percent off.');
    }
    expect(JSON.stringify(caller.received)).not.toContain('ten percent');
    await waitFor(async () => (await trailOf(sid)).length === 1, PATIENCE_MS);
    const record = await (await get(`/v1/calls/${sid}`)).text();
    expect(record).toContain('supervisor.whispered');
    expect(record).not.toContain('ten percent');

    expect(await whisper('   ')).toEqual({ status: 400, error: 'bad_request' });
    expect(await whisper('x'.repeat(1001))).toEqual({ status: 400, error: 'bad_request' });
    expect(await whisper('Anything.', 'x')).toEqual({ status: 404, error: 'not_found' });
    const keyless = await call('ben', 'planned');
    expect(await whisper('Offer ten percent off.', keyless.sid)).toEqual({ status: 409, error: 'planner' });
  });

  it('takes a call over, says what is to be said, and gives it back', async () => {
    const { caller, sid } = await call('ann');
    const reader = await read(`${sid}/events`);
    await caller.say('Good morning.');
    const say = (text: string, as?: string) => post(`${sid}/say`, { text }, as);
    const takeOver = (active: boolean, as?: string) => post(`${sid}/take-over`, { active }, as);
    expect(await say('Hello?')).toEqual({ status: 409, error: 'not_taken_over' });

    expect(await takeOver(true)).toEqual({ status: 204 });
    expect(await takeOver(true)).toEqual({ status: 204 });
    expect(await caller.until('supervisor.changed')).toMatchObject({ active: true });
    expect(await list()).toMatchObject([{ callSid: sid, takenOverBy: 'boss' }]);
    expect(await takeOver(true, token('other'))).toEqual({ status: 409, error: 'taken_over' });
    expect(await say('Hello?', token('other'))).toEqual({ status: 409, error: 'taken_over' });

    const requests = asked.length;
    caller.client.send({ type: 'text.submit', text: 'I want my money back.' });
    await reader.until('turn.ended', ({ text }) => text === 'I want my money back.');
    expect(await list()).toMatchObject([{ state: 'listening', lastWords: 'I want my money back.' }]);
    expect(await say('This is Bo, a person.')).toEqual({ status: 204 });
    expect(await say('You will have it tomorrow.')).toEqual({ status: 204 });
    await caller.until('response.completed', 0, ({ text }) => text === 'You will have it tomorrow.');
    const said = await caller.until('response.started', 0, ({ by }) => by === 'supervisor');
    expect(caller.audioOf(said.responseId)).toBeGreaterThan(0);
    expect(asked.length).toBe(requests);

    caller.client.send({ type: 'text.submit', text: 'And the fee?' });
    await reader.until('turn.ended', ({ text }) => text === 'And the fee?');
    expect(asked.length).toBe(requests);
    const from = caller.received.length;
    expect(await takeOver(false)).toEqual({ status: 204 });
    await caller.until('response.completed', from, ({ text }) => text === 'All right, I see.');
    expect(asked.at(-1)?.messages.slice(-4)).toMatchObject([
      { role: 'assistant', content: 'All right, I see.' },
      { role: 'user', content: 'I want my money back.' },
      {
        role: 'assistant',
        content: expect.stringMatching(/^This is Bo, a person\.\s+You will have it tomorrow\.$/) as string,
      },
      { role: 'user', content: 'And the fee?' },
    ]);
    expect(await list()).toMatchObject([{ takenOverBy: null }]);

    await waitFor(async () => (await trailOf(sid)).length === 6, PATIENCE_MS);
    expect((await trailOf(sid)).filter(({ kind }) => kind !== 'supervisor.changed')).toMatchObject(
      ['took_over', 'said', 'said', 'gave_back'].map((act) => ({ kind: `supervisor.${act}`, data: { by: 'boss' } })),
    );
    const { transcript } = (await (await get(`/v1/calls/${sid}`)).json()) as {
      transcript: { speaker: string; text: string; source: string }[];
    };
    expect(transcript.filter(({ source }) => source === 'supervisor')).toMatchObject([
      { speaker: 'agent', text: 'This is Bo, a person.' },
      { speaker: 'agent', text: 'You will have it tomorrow.' },
    ]);
  });

  it('reads tokens in the place of what is hidden', async () => {
    const { caller, sid } = await call('ann', 'hidden');
    const reader = await read(`${sid}/events`);
    await caller.say('My card is 4242 4242 4242 4242.');
    await reader.until('response.completed', ({ text }) => text === 'All right, I see.');
    const shown = JSON.stringify([reader.events, await list()]);
    expect(shown).toContain('[card_1]');
    expect(shown).not.toContain('4242');
  });

  it('sees no word of a call with privacy zero, nor who calls', async () => {
    const { caller, sid } = await call('someone-in-particular', 'zero');
    await caller.say('My name is Ottoline.');
    const reader = await read(`${sid}/events`);
    const from = caller.received.length;
    await caller.say('I live in Kestrel Lane.');
    await caller.until('response.completed', from);
    await reader.until('response.completed');
    const calls = await list();
    expect(calls).toMatchObject([{ callSid: sid, userId: null, turns: 2, lastWords: null }]);
    const shown = JSON.stringify([reader.events, calls]);
    for (const word of ['Ottoline', 'Kestrel', 'All right', 'someone-in-particular']) expect(shown).not.toContain(word);
    expect(await reader.until('transcript')).toMatchObject({ words: false, lines: [] });
  });
});
