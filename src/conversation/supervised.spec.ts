// A call in which somebody instructs the model, or answers in its place.
import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';

type Call = ReturnType<typeof fakeCall>;

const textsOf = (call: Call, request = -1): readonly string[] =>
  (call.model.requests.at(request)?.messages ?? []).map((message) =>
    'text' in message ? message.text : message.content,
  );

/** The talk as the model was told it last. */
const talkOf = (call: Call) => call.model.requests.at(-1)?.messages.filter(({ role }) => role !== 'system');

const heardAll = async (call: Call): Promise<void> => {
  const { responseId } = call.last('response.started') ?? {};
  call.conversation.playbackFinished(responseId ?? '');
  await call.settle();
};

const started = (options: FakeCallOptions = {}): Call =>
  fakeCall({ script: () => says('All right.'), turn: { idlePromptMs: 0 }, ...options });

describe('an instruction', () => {
  it('is in every request from the next one on, and is not spoken', async () => {
    const call = started();
    expect(call.conversation.supervision.instruct('Offer a discount.')).toBeUndefined();
    for (const text of ['hello', 'and now']) {
      call.conversation.submitText(text);
      await call.clock.advance(3000);
      expect(textsOf(call)[1]).toMatch(/Somebody of the staff[^]*\n- Offer a discount\.$/);
    }
    expect(call.voice.spoken.join(' ')).not.toContain('discount');
    expect(JSON.stringify(call.output.log)).not.toContain('discount');
  });

  it('is in the next request of the reply that is under way', async () => {
    const answer = Promise.withResolvers<{ ok: true; data: string }>();
    const call = started({
      script: ({ messages }) =>
        messages.at(-1)?.role === 'tool' ? says('Found.') : calls({ id: 'c1', name: 'look', args: {} }),
      tools: { look: { effect: 'read', run: () => answer.promise } },
    });
    call.conversation.submitText('look it up');
    await call.settle();
    call.conversation.supervision.instruct('Be quick.');
    answer.resolve({ ok: true, data: 'x' });
    await call.clock.advance(100);
    expect(textsOf(call, 0).join('\n')).not.toContain('Be quick.');
    expect(textsOf(call, 1).join('\n')).toContain('- Be quick.');
  });

  it('makes a draft void that was begun without it', async () => {
    const call = started({ turn: { idlePromptMs: 0, mode: 'provider' } });
    call.stt.emit({ type: 'turn.eager', text: 'hello' });
    call.stt.emit({ type: 'transcript.partial', text: 'hello' });
    call.stt.emit({ type: 'turn.eager', text: 'hello' });
    await call.settle();
    const drafts = call.model.requests.length;
    call.conversation.supervision.instruct('Be quick.');
    call.stt.emit({ type: 'transcript.final', text: 'hello', words: [], confidence: 1, audioMs: 0 });
    call.stt.emit({ type: 'turn.ended' });
    await call.settle();
    expect(drafts).toBe(1);
    expect(textsOf(call).join('\n')).toContain('- Be quick.');
    expect(call.last('response.started')?.responseId).toBe('r2');
  });

  it('is one of ten, and goes along to another process', async () => {
    const call = started();
    const results = Array.from({ length: 11 }, (_, n) => call.conversation.supervision.instruct(`Say ${n}.`));
    expect(results).toEqual([...Array.from({ length: 10 }, () => undefined), 'too_many']);
    const next = started({
      before: { snapshot: JSON.parse(JSON.stringify(call.conversation.snapshot())) as unknown, tools: call.tools },
    });
    next.conversation.release();
    next.conversation.submitText('hello');
    await next.settle();
    expect(textsOf(next)[1]).toMatch(/- Say 0\.\n[^]*- Say 9\.$/);
  });
});

describe('a call that somebody has taken over', () => {
  it('is heard and not answered, and its agent sees afterwards all that was said', async () => {
    const call = started();
    const { supervision } = call.conversation;
    expect(supervision.say('boss', 'Hello.')).toBe('not_taken_over');
    expect(supervision.takeOver('boss')).toBeUndefined();
    expect(supervision.takenOverBy).toBe('boss');
    expect([supervision.takeOver('boss'), supervision.takeOver('other'), supervision.say('other', 'Hi.')]).toEqual([
      undefined,
      'taken_over',
      'taken_over',
    ]);
    call.conversation.submitText('my money');
    expect(supervision.say('boss', 'You will have it.')).toBeUndefined();
    await call.clock.advance(3000);
    await heardAll(call);
    call.conversation.submitText('when');
    await call.clock.advance(3000);
    expect(call.model.requests).toHaveLength(0);
    expect(call.voice.spoken.join(' ')).toBe('You will have it.');

    expect(supervision.giveBack()).toBeUndefined();
    expect(supervision.takenOverBy).toBeUndefined();
    await call.clock.advance(3000);
    expect(talkOf(call)).toEqual([
      { role: 'user', text: 'my money' },
      { role: 'assistant', text: 'You will have it.' },
      { role: 'user', text: 'when' },
    ]);
    expect(call.last('response.started')).toMatchObject({ turnId: 't2' });
    expect(call.model.requests).toHaveLength(1);
  });

  it('remembers of what was said what was heard', async () => {
    const call = started();
    const { supervision } = call.conversation;
    supervision.takeOver('boss');
    supervision.say('boss', 'One two three. Four five six seven.');
    await call.clock.advance(100);
    call.conversation.playbackPosition(call.last('response.started')?.responseId ?? '', 14 * 50 + 500);
    call.conversation.submitText('stop');
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three. Four five' });
    supervision.giveBack();
    await call.settle();
    expect(talkOf(call)).toEqual([
      { role: 'assistant', text: 'One two three. Four five', interrupted: true },
      { role: 'user', text: 'stop' },
    ]);
  });

  it.each(['over', 'still there'])(
    'is asked nothing any more: a yes to what the agent has asked does nothing, its reply being %s',
    async (reply) => {
      const call = started({
        script: ({ messages }) =>
          messages.at(-1)?.role === 'user' ? calls({ id: 'c1', name: 'send', args: {} }) : says('Well.'),
        tools: { send: { effect: 'write', run: () => Promise.resolve({ ok: true, data: null }) } },
      });
      call.conversation.submitText('send it');
      await call.clock.advance(100);
      call.conversation.playbackPosition('r1', 60_000);
      if (reply === 'over') await heardAll(call);
      expect(call.types().includes('response.completed')).toBe(reply === 'over');
      call.conversation.supervision.takeOver('boss');
      call.conversation.submitText('yes');
      call.conversation.supervision.giveBack();
      await call.clock.advance(5000);
      expect(call.tools.ran).toEqual([]);
    },
  );

  it('is told late results when the agent has it again', async () => {
    const call = started();
    call.conversation.supervision.takeOver('boss');
    call.conversation.news('send', { code: 'failed', message: 'It bounced.', ok: false });
    await call.clock.advance(1000);
    expect(call.model.requests).toHaveLength(0);
    call.conversation.supervision.giveBack();
    await call.clock.advance(1000);
    expect(textsOf(call).join('\n')).toContain('It bounced.');
  });

  it('is the agent’s again after two minutes without a word', async () => {
    const call = started();
    call.conversation.supervision.takeOver('boss');
    call.conversation.submitText('hello');
    await call.clock.advance(119_000);
    expect(call.model.requests).toHaveLength(0);
    await call.clock.advance(2000);
    expect(call.last('supervisor.changed')).toEqual({ type: 'supervisor.changed', active: false });
    expect(call.model.requests).toHaveLength(1);
  });

  it('is still taken over when its client comes back, who hears then what was said meanwhile', async () => {
    const call = started();
    call.conversation.supervision.takeOver('boss');
    call.conversation.hold();
    call.conversation.supervision.say('boss', 'Are you there?');
    await call.clock.advance(5000);
    expect(call.types()).not.toContain('response.completed');
    call.conversation.release();
    await call.clock.advance(5000);
    expect(call.last('response.completed')).toMatchObject({ text: 'Are you there?' });
    call.conversation.submitText('yes');
    await call.clock.advance(1000);
    expect(call.model.requests).toHaveLength(0);
    expect(call.conversation.supervision.takenOverBy).toBe('boss');
  });

  it('is still taken over in another process, and what was being said is said on', async () => {
    const call = started();
    call.conversation.supervision.takeOver('boss');
    call.conversation.submitText('my money');
    call.conversation.supervision.say('boss', 'One two three. Four five six seven.');
    call.conversation.supervision.say('boss', 'Eight nine.');
    await call.clock.advance(100);
    const snapshot = JSON.parse(JSON.stringify(call.conversation.snapshot())) as unknown;
    const next = started({ before: { snapshot, tools: call.tools } });
    await next.clock.advance(50);
    next.conversation.release({ responseId: 'r1', playedMs: 14 * 50 + 500 });
    expect(next.conversation.supervision.takenOverBy).toBe('boss');
    expect(next.last('response.started')).toEqual({ type: 'response.started', responseId: 'r2', by: 'supervisor' });
    await next.clock.advance(10_000);
    await heardAll(next);
    await next.clock.advance(10_000);
    expect(next.voice.spoken.join(' ')).toBe('six seven. Eight nine.');
    next.conversation.submitText('when');
    await next.clock.advance(1000);
    expect(next.model.requests).toHaveLength(0);
    next.conversation.supervision.giveBack();
    await next.settle();
    expect(talkOf(next)?.map((message) => ('text' in message ? message.text : ''))).toEqual([
      'my money',
      'One two three. Four five six seven.',
      'Eight nine.',
      'when',
    ]);
  });

  it('cannot be, once it is over', async () => {
    const call = started();
    call.conversation.end('client');
    await call.conversation.ended;
    const { supervision } = call.conversation;
    expect([supervision.takeOver('boss'), supervision.instruct('Hi.'), supervision.say('boss', 'Hi.')]).toEqual([
      'over',
      'over',
      'not_taken_over',
    ]);
  });
});
