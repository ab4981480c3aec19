// The same call in another process.
import { type FakeCallOptions, type FakeTool, fakeCall } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';
import type { ToolOutcome } from '../tools/tool.port.js';
import type { Heard } from './conversation.port.js';
import { SnapshotRefused } from './snapshot.js';

const REPLY = 'One two three. Four five six seven. Eight nine ten eleven.';
type Call = ReturnType<typeof fakeCall>;

/** The process of a call is gone with all that runs in it; another one has taken the call over, and the client is back. */
async function elsewhere(call: Call, options: FakeCallOptions, heard?: Heard): Promise<Call> {
  await call.settle();
  const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
  const next = fakeCall({ ...options, before: { snapshot, tools: call.tools } });
  await next.clock.advance(50);
  next.conversation.release(heard);
  return next;
}

const spokenBy = (call: Call) => call.voice.spoken.join(' ');

describe('a reply that was cut off with its process', () => {
  const options = { script: () => says(REPLY), turn: { idlePromptMs: 0 } };
  const speaking = async (more: FakeCallOptions = {}) => {
    const call = fakeCall({ ...options, ...more });
    call.conversation.submitText('count');
    await call.clock.advance(100);
    return call;
  };

  it('is said on from the last word heard, under a new id, and remembered as one', async () => {
    const call = await speaking();
    const next = await elsewhere(call, options, { responseId: 'r1', playedMs: 14 * 50 + 500 });
    expect(next.output.log.slice(0, 3)).toEqual([
      { type: 'response.interrupted', responseId: 'r1', heardText: 'One two three. Four five' },
      { type: 'response.started', responseId: 'r2', turnId: 't1' },
      { type: 'response.text', responseId: 'r2', delta: 'six seven. Eight nine ten eleven. ' },
    ]);
    await next.clock.advance(10_000);
    expect(spokenBy(next)).toBe('six seven. Eight nine ten eleven.');
    expect(next.last('response.completed')).toEqual({
      type: 'response.completed',
      responseId: 'r2',
      text: 'six seven. Eight nine ten eleven.',
    });
    expect(next.model.requests).toHaveLength(0);
    next.conversation.submitText('thanks');
    await next.settle();
    expect(next.model.requests[0]?.messages.slice(1)).toEqual([
      { role: 'user', text: 'count' },
      { role: 'assistant', text: REPLY },
      { role: 'user', text: 'thanks' },
    ]);
    expect(next.last('response.started')).toMatchObject({ responseId: 'r3', turnId: 't2' });
  });

  it('is over when all of it was heard', async () => {
    const next = await elsewhere(await speaking(), options, { responseId: 'r1', playedMs: 60_000 });
    expect(next.output.log).toEqual([{ type: 'response.completed', responseId: 'r1', text: REPLY }]);
    await next.clock.advance(5000);
    expect(next.voice.spoken).toEqual([]);
  });

  it('is said whole when nothing was heard, without asking the model again', async () => {
    const next = await elsewhere(await speaking(), options, { responseId: 'r1', playedMs: 0 });
    await next.clock.advance(10_000);
    expect(spokenBy(next)).toBe(REPLY);
    expect(next.model.requests).toHaveLength(0);
  });

  it('is found where the clock puts it when its audio had not all been made, within the pieces that were known', async () => {
    const call = fakeCall(options);
    call.conversation.submitText('count');
    await call.settle(); // given to the voice, nothing of it made
    const next = await elsewhere(call, options, { responseId: 'r1', playedMs: 1000 });
    await next.clock.advance(10_000);
    expect(spokenBy(next)).toMatch(/^(Four|five|six|three\.)/);
    expect(spokenBy(next)).toMatch(/Eight nine ten eleven\.$/);
  });

  it('can be cut again, and again', async () => {
    const first = await elsewhere(await speaking(), options, { responseId: 'r1', playedMs: 14 * 50 });
    await first.clock.advance(30);
    const second = await elsewhere(first, options, { responseId: 'r2', playedMs: 400 });
    expect(second.output.log[0]).toMatchObject({ type: 'response.interrupted', responseId: 'r2', heardText: 'Four' });
    await second.clock.advance(10_000);
    expect(spokenBy(second)).toBe('five six seven. Eight nine ten eleven.');
    second.conversation.submitText('thanks');
    await second.settle();
    expect(second.model.requests[0]?.messages[2]).toEqual({ role: 'assistant', text: REPLY });
  });

  it('is said on by a client that speaks itself', async () => {
    const remote = { ...options, remote: true };
    const call = await speaking({ remote: true });
    const next = await elsewhere(call, remote, { responseId: 'r1', segment: 1, heardChars: 9 });
    expect(next.output.log.filter(({ type }) => type === 'response.speak')).toMatchObject([
      { responseId: 'r2', segment: 0, text: 'six seven.' },
      { responseId: 'r2', segment: 1, text: 'Eight nine ten eleven.' },
    ]);
  });

  it('is said on from the word that such a client was at, however that is written', async () => {
    const remote = { ...options, remote: true, script: () => says('Client 5001 has two of them. Eight nine ten.') };
    const heard = { responseId: 'r1', segment: 0, heardChars: 'Client five zero zero one has'.length };
    const next = await elsewhere(await speaking(remote), remote, heard);
    expect(next.output.log.find(({ type }) => type === 'response.speak')).toMatchObject({ text: 'two of them.' });
  });

  it('has been heard, as far as it is known, when such a client is at a piece that came after the snapshot', async () => {
    const remote = { ...options, remote: true };
    const next = await elsewhere(await speaking(remote), remote, { responseId: 'r1', segment: 7, heardChars: 2 });
    expect(next.output.log).toEqual([{ type: 'response.completed', responseId: 'r1', text: REPLY }]);
  });

  it.each([false, true])(
    'goes on after a piece in which there is nothing to speak (client speaks: %s)',
    async (remote) => {
      const script = () => says('One two three.\n\n```\ncode\n```\n\nEight nine ten. Eleven twelve thirteen.');
      const heard = remote
        ? { responseId: 'r1', segment: 2, heardChars: 'Eight nine ten.'.length }
        : { responseId: 'r1', playedMs: (14 + 15) * 50 };
      const next = await elsewhere(await speaking({ script, remote }), { ...options, script, remote }, heard);
      await next.clock.advance(10_000);
      const pieces = next.output.log.flatMap((entry) => (entry.type === 'response.speak' ? [entry.text] : []));
      expect(remote ? pieces.join(' ') : spokenBy(next)).toBe('Eleven twelve thirteen.');
    },
  );

  it('leaves what was heard to the caller who does not come back', async () => {
    const call = await speaking();
    call.conversation.playbackPosition('r1', 14 * 50);
    await call.settle();
    const next = fakeCall({ ...options, before: { snapshot: call.conversation.snapshot(), tools: call.tools } });
    await next.clock.advance(10_000);
    next.conversation.end('disconnected');
    await next.conversation.ended;
    expect(next.output.log).toMatchObject([
      { type: 'response.interrupted', responseId: 'r1', heardText: 'One two three.' },
      { type: 'session.ended', reason: 'disconnected', durationMs: 10_100 },
    ]);
    expect([next.stt.open_, next.voice.open_, next.clock.waiting]).toEqual([0, 0, 0]);
  });

  describe('before it was written to its end', () => {
    /** A model that writes `first`, and then nothing more until its process is gone. */
    const stalls = (first: string) =>
      async function* (_: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
        yield { type: 'text', delta: first };
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      };
    const cutAfter = async (first: string, playedMs: number, script: FakeCallOptions['script']) => {
      const call = fakeCall({ ...options, script: stalls(first) });
      call.conversation.submitText('count');
      await call.clock.advance(100);
      const next = await elsewhere(
        call,
        { ...options, ...(script === undefined ? {} : { script }) },
        {
          responseId: 'r1',
          playedMs,
        },
      );
      await next.clock.advance(10_000);
      return next;
    };

    it('is answered anew when nothing of it was heard', async () => {
      const next = await cutAfter('One two. Three', 0, () => says('Another answer.'));
      expect(spokenBy(next)).toBe('Another answer.');
      expect(next.model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', text: 'count' });
    });

    it('is said on, and written on by a model that is told to', async () => {
      const next = await cutAfter('One two three. Four five six. Sev', 800, () => says('Seven eight.'));
      expect(spokenBy(next)).toBe('Four five six. Seven eight.');
      expect(next.model.requests[0]?.messages.slice(-2)).toEqual([
        { role: 'assistant', text: 'One two three. Four five six.' },
        expect.objectContaining({ role: 'system' }),
      ]);
      next.conversation.submitText('thanks');
      await next.settle();
      expect(next.model.requests[1]?.messages.slice(1, -1)).toEqual([
        { role: 'user', text: 'count' },
        { role: 'assistant', text: 'One two three. Four five six. Seven eight.' },
      ]);
    });

    it('is not said twice by a model that begins again', async () => {
      const whole = 'One two three. Four five six. Seven eight.';
      const next = await cutAfter('One two three. Four five six. Sev', 800, () => says(whole));
      expect(spokenBy(next)).toBe('Four five six. Seven eight.');
    });

    it('makes its reading calls again', async () => {
      const hanging: FakeTool = { effect: 'read', run: () => new Promise(() => undefined) };
      const looking: FakeTool = { effect: 'read', run: () => Promise.resolve({ ok: true, data: 12 }) };
      let tool = hanging;
      const script = (request: LlmRequest) =>
        request.messages.at(-1)?.role === 'tool' ? says('Twelve.') : calls({ id: 'c1', name: 'look', args: {} });
      const tools = { look: { effect: 'read', run: (...args) => tool.run(...args) } satisfies FakeTool };
      const call = fakeCall({ ...options, tools, script });
      call.conversation.submitText('how many');
      await call.settle();
      tool = looking;
      const next = await elsewhere(call, { ...options, tools, script });
      await next.clock.advance(3000);
      expect(spokenBy(next)).toBe('Twelve.');
      expect(next.model.requests).toHaveLength(1);
    });
  });
});

describe('a call that goes on in another process', () => {
  const greeting = { greeting: 'Hello!', script: () => says('Fine.') };

  it('is held until its client is back, and waits for it in silence', async () => {
    const call = fakeCall({ ...greeting, turn: { idlePromptMs: 10_000 } });
    await call.clock.advance(5000);
    await call.settle();
    const next = fakeCall({
      ...greeting,
      turn: { idlePromptMs: 10_000 },
      before: { snapshot: call.conversation.snapshot(), tools: call.tools },
    });
    await next.clock.advance(60_000);
    expect(next.output.log).toEqual([]);
    next.conversation.release();
    await next.clock.advance(9900);
    expect(next.output.log).toEqual([]);
    await next.clock.advance(1000);
    expect(next.voice.spoken).toEqual(['Still there?']);
  });

  it('keeps the settled words of a turn, and hears the others again', async () => {
    const call = fakeCall(greeting);
    call.conversation.pushAudio(new Uint8Array(32_000 * 3));
    call.stt.emit({ type: 'speech.started', audioMs: 500 });
    call.stt.emit({ type: 'transcript.final', text: 'send it to', words: [], confidence: 1, audioMs: 1500 });
    call.stt.emit({ type: 'transcript.partial', text: 'mar' });
    expect(call.conversation.snapshot().heardMs).toBe(1500);
    const next = await elsewhere(call, greeting);
    next.conversation.pushAudio(new Uint8Array(32_000));
    next.stt.emit({ type: 'transcript.final', text: 'mary', words: [], confidence: 1, audioMs: 600 });
    next.stt.emit({ type: 'turn.ended' });
    expect(next.last('turn.ended')).toEqual({ type: 'turn.ended', turnId: 't1', text: 'send it to mary' });
    expect(next.conversation.snapshot().heardMs).toBe(2100);
  });

  it('ends a turn whose rest never comes', async () => {
    const call = fakeCall({ ...greeting, turn: { mode: 'vad' } });
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.final', text: 'what is my balance', words: [], confidence: 1, audioMs: 900 });
    const next = await elsewhere(call, { ...greeting, turn: { mode: 'vad' } });
    await next.clock.advance(10_000);
    expect(next.last('turn.ended')).toMatchObject({ text: 'what is my balance' });
    expect(next.last('response.completed')).toMatchObject({ text: 'Fine.' });
  });

  it('tells a result that came late, and one that was still awaited', async () => {
    const gate = Promise.withResolvers<ToolOutcome>();
    let run: FakeTool['run'] = () => gate.promise;
    const options: FakeCallOptions = {
      tools: { look: { effect: 'read', run: (...args) => run(...args) } },
      turn: { idlePromptMs: 0 },
      reply: { detachToolMs: 1000, fillerAfterMs: 0, toolProgressMs: 0 },
      script: (request) => {
        const last = request.messages.at(-1);
        if (last?.role === 'user') return calls({ id: 'c1', name: 'look', args: {} });
        return says(last?.role === 'tool' && last.content.includes('pending') ? 'I will tell you.' : 'It is twelve.');
      },
    };
    const call = fakeCall(options);
    call.conversation.submitText('how many');
    await call.clock.advance(5000);
    expect(call.voice.spoken).toEqual(['I will tell you.']);
    run = () => Promise.resolve({ ok: true, data: 12 });
    const next = await elsewhere(call, options);
    await next.clock.advance(5000);
    expect(next.voice.spoken).toEqual(['It is twelve.']);
    expect(next.model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      callId: 'c1_late',
      content: '{"ok":true,"data":12}',
    });
  });

  it.each([
    ['no object', undefined, /another version .*unknown/],
    ['an older version', { version: 0 }, /another version .*0/],
    ['a newer version', { version: 2 }, /another version .*2/],
    ['a damaged one', { version: 1, elapsedMs: 'x', secret: 'words of the caller' }, /damaged at "elapsedMs"/],
  ])('is refused from %s, with a clear error and nobody’s words', (_, snapshot, message) => {
    const call = fakeCall({});
    const restore = () => fakeCall({ before: { snapshot, tools: call.tools } });
    expect(restore).toThrow(SnapshotRefused);
    expect(restore).toThrow(message);
  });
});

describe('what the caller has agreed to', () => {
  const tools = (run: FakeTool['run']): Record<string, FakeTool> => ({ send: { effect: 'write', run } });
  const script = (request: LlmRequest) => {
    const last = request.messages.at(-1);
    if (last?.role === 'user' && last.text === 'send it') return calls({ id: 'c1', name: 'send', args: {} });
    return says(last?.role === 'tool' ? 'It is on its way.' : 'Fine.');
  };
  const options = { script, turn: { idlePromptMs: 0 } };

  it('is asked again when the question was not heard to its end, and done after the yes, once', async () => {
    const ran = { tools: tools(() => Promise.resolve({ ok: true, data: 'sent' })) };
    const call = fakeCall({ ...options, ...ran });
    call.conversation.submitText('send it');
    await call.clock.advance(200);
    const next = await elsewhere(call, { ...options, ...ran }, { responseId: 'r1', playedMs: 100 });
    next.conversation.submitText('yes');
    await next.clock.advance(5000);
    expect(next.tools.ran).toHaveLength(0); // over the question: nobody has heard it
  });

  it('is done in the other process when the question was heard, and not once more in a third', async () => {
    const ran = { tools: tools(() => Promise.resolve({ ok: true, data: 'sent' })) };
    const call = fakeCall({ ...options, ...ran });
    call.conversation.submitText('send it');
    await call.clock.advance(10_000);
    const next = await elsewhere(call, { ...options, ...ran });
    next.conversation.submitText('yes');
    await next.clock.advance(50);
    expect(next.tools.ran).toHaveLength(1);
    const third = await elsewhere(next, { ...options, ...ran });
    await third.clock.advance(10_000);
    third.conversation.submitText('yes');
    await third.clock.advance(10_000);
    expect(third.tools.ran).toHaveLength(1);
  });

  /** The process is killed after the yes; `after` is what its side effect still does in the world. */
  const killed = async (run: FakeTool['run'], after: () => void = () => undefined, more: FakeCallOptions = {}) => {
    const all = { ...options, ...more, tools: tools(run) };
    const call = fakeCall(all);
    call.conversation.submitText('send it');
    await call.clock.advance(10_000);
    call.conversation.submitText('yes');
    await call.clock.advance(more.reply?.detachToolMs ?? 0);
    await call.settle();
    expect(call.tools.ran).toHaveLength(1);
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    after();
    await call.settle();
    const next = fakeCall({ ...all, before: { snapshot, tools: call.tools } });
    next.conversation.release();
    return next;
  };
  const told = ({ model }: Call) => {
    const last = model.requests.at(-1)?.messages.at(-1);
    return last?.role === 'tool' ? last.content : undefined;
  };

  it('is not begun again when it had begun, and what nobody can know is said so', async () => {
    const next = await killed(() => new Promise(() => undefined));
    await next.clock.advance(10_000);
    expect(next.tools.ran).toHaveLength(1);
    expect(told(next)).toContain('I do not know whether that was done');
  });

  it.each<[string, ToolOutcome, string]>([
    ['done', { ok: true, data: 'sent' }, '{"ok":true,"data":"sent"}'],
    ['not done', { ok: false, code: 'unavailable', message: 'No mail today.' }, 'Nothing was done'],
  ])('is answered with what became of it: %s', async (_, outcome, expected) => {
    const effect = Promise.withResolvers<ToolOutcome>();
    const next = await killed(
      () => effect.promise,
      () => effect.resolve(outcome),
    );
    await next.clock.advance(10_000);
    expect(told(next)).toContain(expected);
    expect(next.last('tool.finished')).toMatchObject({ callId: 'confirmed_1', ok: outcome.ok });
    next.conversation.submitText('yes');
    await next.clock.advance(10_000);
    expect(next.tools.ran).toHaveLength(1);
  });

  it('is told when it ran beside the talk, with what became of it', async () => {
    const effect = Promise.withResolvers<ToolOutcome>();
    const next = await killed(
      () => effect.promise,
      () => effect.resolve({ ok: true, data: 'sent' }),
      { reply: { detachToolMs: 1000, fillerAfterMs: 0 } },
    );
    await next.clock.advance(20_000);
    expect(next.tools.ran).toHaveLength(1);
    expect(told(next)).toBe('{"ok":true,"data":"sent"}');
  });

  it.each<[string, ToolOutcome | undefined, string]>([
    ['done', { ok: true, data: 'sent' }, '{"ok":true,"data":"sent"}'],
    ['unknown', undefined, 'I do not know whether that was done'],
  ])('and talked over is told with what became of it: %s', async (_, outcome, expected) => {
    const effect = Promise.withResolvers<ToolOutcome>();
    const all = { ...options, tools: tools(() => effect.promise) };
    const call = fakeCall(all);
    call.conversation.submitText('send it');
    await call.clock.advance(10_000);
    call.conversation.submitText('yes');
    await call.settle();
    call.conversation.submitText('and what else'); // the reply is over, its side effect is not
    await call.settle();
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    if (outcome !== undefined) effect.resolve(outcome);
    await call.settle();
    const next = fakeCall({ ...all, before: { snapshot, tools: call.tools } });
    await next.settle();
    next.conversation.release();
    await next.clock.advance(10_000);
    next.conversation.submitText('yes');
    await next.clock.advance(10_000);
    expect(next.tools.ran).toHaveLength(1);
    expect(JSON.stringify(next.model.requests.at(-1)?.messages)).toContain(JSON.stringify(expected).slice(1, -1));
  });

  it('is not begun by the same yes, said longer in another process', async () => {
    const effect = Promise.withResolvers<ToolOutcome>();
    const next = await killed(
      () => effect.promise,
      () => effect.resolve({ ok: true, data: 'sent' }),
    );
    next.conversation.submitText('please');
    await next.clock.advance(10_000);
    next.conversation.submitText('yes');
    await next.clock.advance(10_000);
    expect(next.tools.ran).toHaveLength(1);
    expect(JSON.stringify(next.model.requests.at(-1)?.messages)).toContain('{\\"ok\\":true,\\"data\\":\\"sent\\"}');
  });
});
