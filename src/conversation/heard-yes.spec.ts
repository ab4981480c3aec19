// The yes is heard: whatever a model says or calls, nothing is changed unless the caller has heard what would be done and
// the very next turn is a clear yes to it. Every case typed and spoken.
import { type FakeCallOptions, fakeCall } from '../../test/fakes/call.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';
import { askedNow, FRIEND, model, send, sending, STRANGER, text } from '../../test/fakes/sending.js';
import type { ChatMessage, LlmPart, LlmRequest } from '../llm/llm.port.js';

type Call = ReturnType<typeof fakeCall>;

/** Every call is answered, right after it, and no two have the same id: what strict servers insist on. */
function expectStrictHistory(call: Call): void {
  for (const { messages } of call.model.requests) {
    const made = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
    messages.forEach((message, at) => {
      if (message.role !== 'assistant' || message.toolCalls === undefined) return;
      const answers = messages.slice(at + 1, at + 1 + message.toolCalls.length);
      expect(answers.map((answer) => answer.role === 'tool' && answer.callId)).toEqual(
        message.toolCalls.map(({ id }) => id),
      );
    });
  }
}

const contents = (messages: readonly ChatMessage[] | undefined): string[] =>
  (messages ?? []).flatMap((message) => (message.role === 'tool' ? [message.content] : []));

const WAYS: Readonly<Record<string, (call: Call, words: string) => void>> = {
  typed: (call, words) => call.conversation.submitText(words),
  spoken: (call, words) => call.stt.say(words),
};

describe.each(Object.keys(WAYS))('the yes, %s', (way) => {
  const say = (call: Call, words: string) => WAYS[way]?.(call, words);

  /** A call with these answers of the model; `ask` has been said, and `ms` have passed. */
  async function asked(
    answers: Readonly<Record<string, () => Iterable<LlmPart>>>,
    ms = 20_000,
    options: Omit<FakeCallOptions, 'script' | 'tools'> = {},
  ) {
    const { sent, tools } = sending();
    const call = fakeCall({ tools, script: model(answers), ...options, turn: { idlePromptMs: 0, ...options.turn } });
    say(call, 'ask');
    await call.clock.advance(ms);
    return { call, sent };
  }

  /** The caller says it, and the reply to it is heard. */
  async function then(call: Call, words: string, ms = 20_000): Promise<void> {
    say(call, words);
    await call.clock.advance(ms);
  }

  it('is what a recogniser may listen for, from when it was asked to when it is answered', async () => {
    const { call } = await asked({ ask: () => send(FRIEND) }, 0);
    expect(call.stt.options?.answers?.()).toBeUndefined();
    await call.clock.advance(20_000);
    expect(call.stt.options?.answers?.()?.yes).toContain('yes please');
    expect(call.stt.options?.answers?.()?.no).toContain('no thanks');
    await then(call, 'what is your name');
    expect(call.stt.options?.answers?.()).toBeUndefined();
  });

  it('makes the call as it was asked about, without the model, and the model tells the result', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) });
    expect(call.voice.spoken).toEqual([`I will send ${FRIEND}.`, 'Shall I?']);
    expect(call.model.requests).toHaveLength(1); // nothing is left for it to say
    await then(call, 'yes please');
    expect(sent).toEqual([FRIEND]);
    expect(call.last('tool.finished')).toMatchObject({ callId: 'confirmed_1', name: 'send', ok: true });
    expect(call.last('response.completed')).toMatchObject({ text: 'Done.' });
    expect(call.model.requests.at(-1)?.messages.slice(-4)).toEqual([
      { role: 'assistant', text: `I will send ${FRIEND}. Shall I?` },
      { role: 'user', text: 'yes please' },
      {
        role: 'assistant',
        text: '',
        toolCalls: [{ id: 'confirmed_1', name: 'send', arguments: `{"to":"${FRIEND}"}` }],
      },
      { role: 'tool', callId: 'confirmed_1', name: 'send', content: '{"ok":true,"data":"sent"}' },
    ]);
    await then(call, 'yes please');
    expect(sent).toEqual([FRIEND]);
    expectStrictHistory(call);
  });

  it('is to the question that was heard last, whatever the model says around its call', async () => {
    const chatty = () => [text('Your friend gets it. '), ...send(STRANGER), text('Would you like to hear more?')];
    const { call, sent } = await asked({ ask: chatty });
    expect(call.voice.spoken.slice(-2)).toEqual([`I will send ${STRANGER}.`, 'Shall I?']);
    expect(call.last('response.completed')).toMatchObject({
      text: `Your friend gets it. Would you like to hear more? I will send ${STRANGER}. Shall I?`,
    });
    await then(call, 'no');
    expect(sent).toEqual([]);
  });

  it('to "Would you like to hear more?" is none to a question that has not come yet', async () => {
    const chatty = () => [...send(STRANGER), text('Would you like to hear more?')];
    const { call, sent } = await asked({ ask: chatty }, 1300);
    await then(call, 'yes');
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  const statementMs = `I will send ${FRIEND}.`.length * 50;
  it.each([
    ['the first word', 80],
    ['the address', statementMs - 600],
    ['the last letter', statementMs - 200],
  ])('over %s of what would be done is none', async (_where, ms) => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) }, ms);
    await then(call, 'yes');
    expect(sent).toEqual([]);
    // The model is told that it was not asked, and can ask again.
    expect(contents(call.model.requests[1]?.messages)[0]).toContain('has not heard');
  });

  it('over "Shall I?" is one: what would be done has been heard', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) }, statementMs + 200);
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
  });

  it('goes by what the client has played, not by what it was sent', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) }, statementMs + 200);
    call.conversation.playbackPosition('r1', 300);
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('is to one call, however many the model makes before it', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND, STRANGER, FRIEND, 'Trent') });
    expect(call.voice.spoken).toEqual([`I will send ${FRIEND}.`, 'Shall I?']);
    expect(call.output.log.flatMap((entry) => (entry.type === 'tool.finished' ? [entry.code] : []))).toEqual([
      'confirmation_required',
      'postponed',
      'confirmation_required',
      'postponed',
    ]);
    await then(call, 'yes');
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
    expectStrictHistory(call);
  });

  it('is to the one that was asked about: a letter more is a question more', async () => {
    const { call, sent } = await asked({ ask: () => send('Ann'), result: () => send('Anna') });
    await then(call, 'yes');
    expect(sent).toEqual(['Ann']);
    expect(call.voice.spoken.slice(-2)).toEqual(['I will send Anna.', 'Shall I?']);
  });

  it('is used up: the same call again in the reply to it gives the same result, and in a later one asks', async () => {
    const { call, sent } = await asked({
      ask: () => send(FRIEND),
      result: () => send(FRIEND),
      more: () => send(FRIEND),
    });
    call.model.script = model({ result: () => send(FRIEND), more: () => send(FRIEND) });
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
    expect(contents(call.model.requests.at(-1)?.messages).slice(-2)).toEqual([
      '{"ok":true,"data":"sent"}',
      '{"ok":true,"data":"sent"}',
    ]);
    await then(call, 'more');
    expect(sent).toEqual([FRIEND]);
    expect(call.voice.spoken.slice(-2)).toEqual([`I will send ${FRIEND}.`, 'Shall I?']);
    expectStrictHistory(call);
  });

  it('does not outlive another answer, even one that asks again in the model’s own words', async () => {
    const fake = () => says(`I will send ${FRIEND}. Shall I?`);
    const { call, sent } = await asked({
      ask: () => send(FRIEND),
      'what is the weather': fake,
      yes: () => says('Sent!'),
    });
    await then(call, 'what is the weather');
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('is none when the model has called silently while it answered something else', async () => {
    const silent = () => [text('It is sunny.'), ...send(STRANGER)];
    const { call, sent } = await asked({ ask: () => send(FRIEND), 'no what is the weather': silent }, 20_000);
    say(call, 'no what is the weather');
    await call.clock.advance(700); // "It is sunny." has been heard, and nothing else
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('to "Still there?" is none', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) }, 12_000, { turn: { idlePromptMs: 8000 } });
    expect(call.voice.spoken.at(-1)).toBe('Still there?');
    await then(call, 'yes', 5000);
    expect(sent).toEqual([]);
  });

  it('to nothing at all runs nothing: a call in the reply to it is asked about', async () => {
    const { call, sent } = await asked({ ask: () => says('Hello.'), yes: () => send(STRANGER) });
    await then(call, 'yes');
    expect(sent).toEqual([]);
    expect(call.voice.spoken.slice(-2)).toEqual([`I will send ${STRANGER}.`, 'Shall I?']);
  });

  it('is none after the question was cancelled by the client before it was heard', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) }, 300);
    call.conversation.cancelResponse();
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('is none when the voice failed before the question was heard', async () => {
    const { sent, tools } = sending();
    const call = fakeCall({ tools, script: model({ ask: () => send(FRIEND) }), turn: { idlePromptMs: 0 } });
    call.voice.failing = true;
    say(call, 'ask');
    await call.clock.advance(20_000);
    call.voice.failing = false;
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('is none after the agent said that it cannot hear', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND) });
    call.stt.emit({ type: 'failed', error: providerFailure(false) });
    await call.clock.advance(10_000);
    expect(call.voice.spoken.at(-1)).toBe('I cannot hear you.');
    call.conversation.submitText('yes');
    await call.clock.advance(20_000);
    expect(sent).toEqual([]);
  });

  it.each(['yes but to mary', 'is that right?', 'maybe', 'yes wait', 'okay what is the weather'])(
    'is not in %j',
    async (words) => {
      const { call, sent } = await asked({ ask: () => send(FRIEND) });
      await then(call, words);
      expect(sent).toEqual([]);
      await then(call, 'yes');
      expect(sent).toEqual([]);
    },
  );

  it('may be no: the call is on record as declined, the model says so, and nothing asks again', async () => {
    const { call, sent } = await asked({ ask: () => send(FRIEND), result: () => says('All right, it stays here.') });
    const finished = call.types().filter((type) => type === 'tool.finished').length;
    await then(call, 'no thanks');
    expect(contents(call.model.requests.at(-1)?.messages).at(-1)).toContain('"code":"declined"');
    expect(call.last('response.completed')).toMatchObject({ text: 'All right, it stays here.' });
    expect(call.types().filter((type) => type === 'tool.finished')).toHaveLength(finished); // no tool has run
    await then(call, 'yes');
    expect(sent).toEqual([]);
    expectStrictHistory(call);
  });

  it('can be taken back in the same breath, and be made longer', async () => {
    for (const [more, expected] of [
      ['wait no', []],
      ['please', [FRIEND]],
    ] as const) {
      const { call, sent } = await asked({ ask: () => send(FRIEND) });
      say(call, 'yes');
      say(call, more);
      await call.clock.advance(20_000);
      expect(sent).toEqual(expected);
      expectStrictHistory(call);
    }
  });

  it('comes after everything that the model finds out beside it', async () => {
    const both = () => calls({ id: 'r1', name: 'look', args: {} }, { id: 'w1', name: 'send', args: { to: FRIEND } });
    const { call, sent } = await asked({ ask: both, result: () => says('It is sunny.') });
    expect(call.voice.spoken).toEqual(['It is sunny.', `I will send ${FRIEND}.`, 'Shall I?']);
    expect(contents(call.model.requests[1]?.messages)[1]).toContain('Do not ask');
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
  });

  it('is not asked for when the model fails after its call', async () => {
    const both = () => calls({ id: 'r1', name: 'look', args: {} }, { id: 'w1', name: 'send', args: { to: FRIEND } });
    const { call, sent } = await asked({
      ask: both,
      result: () => {
        throw providerFailure(true);
      },
    });
    expect(call.voice.spoken).toEqual(['Sorry, that went wrong.']);
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('closes when a result that comes late is told in between', async () => {
    const slow = Promise.withResolvers<{ ok: true; data: string }>();
    const { sent, tools } = sending();
    const call = fakeCall({
      tools: { ...tools, look: { effect: 'read', run: () => slow.promise } },
      script: model({ look: () => calls({ id: 'l', name: 'look', args: {} }), ask: () => send(FRIEND) }),
      turn: { idlePromptMs: 0 },
      reply: { detachToolMs: 1000, fillerAfterMs: 0 },
    });
    await then(call, 'look');
    await then(call, 'ask');
    slow.resolve({ ok: true, data: 'sunny' });
    await call.clock.advance(20_000);
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('is asked for as well by a call in such a report, which by itself runs nothing', async () => {
    const slow = Promise.withResolvers<{ ok: true; data: string }>();
    const { sent, tools } = sending();
    const reporting = (request: LlmRequest): Iterable<LlmPart> => {
      if (askedNow(request) === 'look') return calls({ id: 'l', name: 'look', args: {} });
      return contents(request.messages).at(-1)?.includes('sunny') === true ? send(STRANGER) : says('Soon.');
    };
    const call = fakeCall({
      tools: { ...tools, look: { effect: 'read', run: () => slow.promise } },
      script: reporting,
      turn: { idlePromptMs: 0 },
      reply: { detachToolMs: 1000, fillerAfterMs: 0 },
    });
    await then(call, 'look');
    slow.resolve({ ok: true, data: 'sunny' });
    await call.clock.advance(20_000);
    expect(sent).toEqual([]);
    expect(call.voice.spoken.slice(-2)).toEqual([`I will send ${STRANGER}.`, 'Shall I?']);
    await then(call, 'what');
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });

  it('survives a slow tool: the result is told when it is there, and the call was made once', async () => {
    const done = Promise.withResolvers<{ ok: true; data: string }>();
    let runs = 0;
    const call = fakeCall({
      tools: { send: { effect: 'write', run: () => ((runs += 1), done.promise) } },
      script: model({ ask: () => send(FRIEND), result: () => says('Told.') }),
      turn: { idlePromptMs: 0 },
      reply: { detachToolMs: 3000, fillerAfterMs: 0 },
    });
    await then(call, 'ask');
    await then(call, 'yes');
    await then(call, 'yes');
    done.resolve({ ok: true, data: 'sent' });
    await call.clock.advance(20_000);
    expect(runs).toBe(1);
    expect(contents(call.model.requests.at(-1)?.messages).at(-1)).toBe('{"ok":true,"data":"sent"}');
    expectStrictHistory(call);
  });

  it('is not told to arguments that nobody can read', async () => {
    const deep = `${'{"a":'.repeat(4500)}1${'}'.repeat(4500)}`;
    const { call, sent } = await asked({
      ask: () => [
        { type: 'tool.call', call: { id: 'deep', name: 'send', arguments: deep } },
        { type: 'tool.call', call: { id: 'long', name: 'look', arguments: JSON.stringify({ a: 'x'.repeat(40_000) }) } },
        { type: 'finished', reason: 'tool_calls' },
      ],
    });
    expect(call.output.log.filter((entry) => entry.type === 'tool.finished')).toMatchObject([
      { callId: 'deep', code: 'invalid_arguments' },
      { callId: 'long', code: 'invalid_arguments' },
    ]);
    expect(JSON.stringify(call.output.log).length).toBeLessThan(5000);
    expect(JSON.stringify(call.model.requests).length).toBeLessThan(10_000);
    await then(call, 'yes');
    expect(sent).toEqual([]);
  });
});

describe('a yes in speech', () => {
  const ask = async (turn = {}) => {
    const { sent, tools } = sending();
    const call = fakeCall({ tools, script: model({ ask: () => send(FRIEND) }), turn: { idlePromptMs: 0, ...turn } });
    call.stt.say('ask');
    await call.clock.advance(20_000);
    return { call, sent };
  };
  const final = (words: string) =>
    ({ type: 'transcript.final', text: words, words: [], confidence: 1, audioMs: 0 }) as const;

  it('may come in two pieces', async () => {
    const { call, sent } = await ask();
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit(final('yes'));
    await call.clock.advance(200);
    call.stt.emit(final('please'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    expect(sent).toEqual([FRIEND]);
  });

  it('may be taken back in its second piece', async () => {
    const { call, sent } = await ask();
    call.stt.emit({ type: 'transcript.partial', text: 'yes' });
    call.stt.emit({ type: 'turn.eager', text: 'yes' });
    await call.clock.advance(2000); // time enough for a draft
    call.stt.emit(final('yes'));
    call.stt.emit(final('wait no'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    expect(sent).toEqual([]);
  });

  it('runs nothing while it is a guess, once it is sure', async () => {
    const { call, sent } = await ask();
    call.stt.emit({ type: 'transcript.partial', text: 'yes' });
    call.stt.emit({ type: 'turn.eager', text: 'yes' });
    await call.clock.advance(3000);
    expect(sent).toEqual([]);
    call.stt.emit(final('Yes.'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    expect(sent).toEqual([FRIEND]);
    expect(call.model.requests).toHaveLength(2);
  });

  it('that turns out to be a question runs nothing, although a draft took it for a yes', async () => {
    const { call, sent } = await ask();
    call.stt.emit({ type: 'transcript.partial', text: 'yes' });
    call.stt.emit({ type: 'turn.eager', text: 'yes' });
    await call.clock.advance(3000);
    call.stt.emit(final('Yes?'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    expect(sent).toEqual([]);
  });

  it('opens nothing by a call inside a draft that was thrown away', async () => {
    const { sent, tools } = sending();
    const call = fakeCall({ tools, script: model({ ask: () => send(STRANGER) }), turn: { idlePromptMs: 0 } });
    call.stt.emit({ type: 'transcript.partial', text: 'ask' });
    call.stt.emit({ type: 'turn.eager', text: 'ask' });
    await call.clock.advance(3000);
    expect(call.types()).toEqual(['transcript.partial']);
    call.stt.emit({ type: 'turn.resumed' });
    call.stt.emit(final('ask me something else'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    call.stt.say('yes');
    await call.clock.advance(20_000);
    expect(sent).toEqual([]);
    expect(call.voice.spoken.join(' ')).not.toContain(`${STRANGER}. Shall I? I will`);
  });
});
