import { type FakeTool, fakeCall } from '../../test/fakes/call.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';
import type { ToolOutcome } from '../tools/tool.port.js';

const ok = (data: unknown): Promise<ToolOutcome> => Promise.resolve({ ok: true, data });
const read = (data: unknown): FakeTool => ({ effect: 'read', run: () => ok(data) });

describe('a conversation', () => {
  it('answers a spoken turn: words, reply text, audio, completion, in this order', async () => {
    const call = fakeCall({ script: () => says('It is noon.') });
    call.stt.say('what time is it');
    await call.clock.advance(5000);
    expect(call.types().filter((type) => type !== 'response.text')).toEqual([
      'speech.started',
      'transcript.partial',
      'speech.stopped',
      'transcript.final',
      'turn.ended',
      'response.started',
      'turn.metrics',
      'audio',
      'response.audio_done',
      'response.completed',
    ]);
    expect(call.last('response.completed')).toMatchObject({ text: 'It is noon.' });
    expect(call.model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', text: 'what time is it' });
  });

  it('speaks the first sentence while the model still writes the second', async () => {
    const gate = Promise.withResolvers<void>();
    const call = fakeCall({
      script: async function* () {
        yield { type: 'text', delta: 'The first sentence is here. ' };
        yield { type: 'text', delta: 'The second' };
        await gate.promise;
        yield { type: 'text', delta: ' one follows.' };
        yield { type: 'finished', reason: 'stop' };
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(100);
    expect(call.types()).toContain('audio');
    expect(call.voice.spoken).toEqual(['The first sentence is here.']);
    gate.resolve();
    await call.clock.advance(10_000);
    expect(call.voice.spoken).toEqual(['The first sentence is here.', 'The second one follows.']);
  });

  it('pauses at the first sign of speech and goes on after a false alarm', async () => {
    const call = fakeCall({ script: () => says('A long enough answer to talk over.') });
    call.conversation.submitText('go');
    await call.clock.advance(500);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    expect(call.types().at(-1)).toBe('response.paused');
    call.stt.emit({ type: 'speech.stopped', audioMs: 100 });
    await call.clock.advance(700);
    expect(call.types().at(-1)).toBe('response.resumed');
    await call.clock.advance(10_000);
    expect(call.last('response.completed')).toBeDefined();
  });

  it('is not ended by the first guesses at "okay", nor at a cough that is settled to nothing', async () => {
    const call = fakeCall({ script: () => says('A long enough answer to talk over, with several sentences.') });
    call.conversation.submitText('go');
    await call.clock.advance(500);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    for (const text of ['bell', 'build to', 'okay']) {
      call.stt.emit({ type: 'transcript.partial', text });
      await call.clock.advance(100);
    }
    call.stt.emit({ type: 'transcript.final', text: 'okay', words: [], confidence: 1, audioMs: 0 });
    call.stt.emit({ type: 'speech.stopped', audioMs: 400 });
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(700);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'that' });
    await call.clock.advance(100);
    call.stt.emit({ type: 'speech.stopped', audioMs: 300 });
    await call.clock.advance(800);
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(10_000);
    expect(call.types()).not.toContain('response.interrupted');
    expect(call.types().filter((type) => type === 'response.resumed')).toHaveLength(2);
    expect(call.types().filter((type) => type === 'turn.ended')).toHaveLength(1);
  });

  it('is ended by one word that is settled, or that stands', async () => {
    for (const settled of [true, false]) {
      const call = fakeCall({ script: () => says('A long enough answer to talk over.') });
      call.conversation.submitText('go');
      await call.clock.advance(500);
      call.stt.emit({ type: 'transcript.partial', text: 'stop' });
      expect(call.types().slice(-2)).toContain('response.paused'); // words without a sound before them are a sign too
      await call.clock.advance(310);
      expect(call.types()).not.toContain('response.interrupted');
      if (settled) call.stt.emit({ type: 'transcript.final', text: 'stop', words: [], confidence: 1, audioMs: 0 });
      else await call.clock.advance(500);
      expect(call.types()).toContain('response.interrupted');
    }
  });

  it('keeps only what was heard after an interruption', async () => {
    const call = fakeCall({ script: () => says('One two three. Four five six seven. Eight nine ten eleven.') });
    call.conversation.submitText('count');
    await call.clock.advance(100);
    call.conversation.playbackPosition('r1', 14 * 50 + 500); // the first sentence and half of the second
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'stop please' });
    await call.clock.advance(300);
    expect(call.last('response.interrupted')).toEqual({
      type: 'response.interrupted',
      responseId: 'r1',
      heardText: 'One two three. Four five',
    });
    const cleared = call.types().indexOf('cleared');
    expect(cleared).toBeGreaterThan(0);
    expect(call.types().slice(cleared)).not.toContain('audio');
    call.stt.emit({ type: 'transcript.final', text: 'stop please', words: [], confidence: 1, audioMs: 0 });
    call.stt.emit({ type: 'turn.ended' });
    await call.settle();
    expect(call.model.requests[1]?.messages.slice(-2)).toEqual([
      { role: 'assistant', text: 'One two three. Four five', interrupted: true },
      { role: 'user', text: 'stop please' },
    ]);
  });

  it('does not stop for "uh-huh", but takes "okay" as the answer to a question', async () => {
    const call = fakeCall({ script: () => says('I will tell you all about it now.') });
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.stt.say('uh-huh');
    expect(call.types()).not.toContain('response.interrupted');
    expect(call.types().at(-1)).toBe('response.resumed');

    const asking = fakeCall({ script: () => says('Shall I really send it to him?') });
    asking.conversation.submitText('go');
    await asking.clock.advance(100);
    asking.stt.say('okay');
    expect(asking.types()).toContain('response.interrupted');
  });

  it('makes one turn of two quick utterances', async () => {
    const call = fakeCall({ script: () => says('Fine.') });
    call.stt.say('what did client five thousand and one spend');
    call.stt.say('in march');
    await call.clock.advance(2000);
    expect(call.model.requests.at(-1)?.messages.at(-1)).toEqual({
      role: 'user',
      text: 'what did client five thousand and one spend in march',
    });
    expect(call.types().filter((type) => type === 'response.completed')).toHaveLength(1);
  });

  it('runs tool calls in parallel and answers with their results', async () => {
    let running = 0;
    let most = 0;
    const slow: FakeTool = {
      effect: 'read',
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { ok: true, data: 7 };
      },
    };
    const call = fakeCall({
      tools: { a: slow, b: slow },
      script: (request) =>
        request.messages.at(-1)?.role === 'user'
          ? calls({ id: '1', name: 'a', args: {} }, { id: '2', name: 'b', args: {} })
          : says('Both done.'),
    });
    call.conversation.submitText('go');
    await call.clock.advance(5000);
    expect(most).toBe(2);
    expect(call.model.requests[1]?.messages.slice(-3)).toEqual([
      {
        role: 'assistant',
        text: '',
        toolCalls: [
          { id: '1', name: 'a', arguments: '{}' },
          { id: '2', name: 'b', arguments: '{}' },
        ],
      },
      { role: 'tool', callId: '1', name: 'a', content: '{"ok":true,"data":7}' },
      { role: 'tool', callId: '2', name: 'b', content: '{"ok":true,"data":7}' },
    ]);
    expect(call.last('response.completed')).toMatchObject({ text: 'Both done.' });
  });

  it('aborts a reading tool on interruption and still leaves its answer in the context', async () => {
    let aborted = false;
    const hanging: FakeTool = {
      effect: 'read',
      run: (_call, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
    };
    const call = fakeCall({
      tools: { a: hanging },
      script: (request) =>
        request.messages.some((message) => message.role === 'tool')
          ? says('Hm.')
          : calls({ id: '1', name: 'a', args: {} }),
    });
    call.conversation.submitText('go');
    await call.settle();
    call.stt.say('never mind');
    await call.clock.advance(2000);
    expect(aborted).toBe(true);
    const tool = call.model.requests[1]?.messages.find((message) => message.role === 'tool');
    expect(tool).toMatchObject({ callId: '1' });
    expect(call.types()).toContain('response.completed');
  });

  it('sends nothing without a yes, and sends once with one', async () => {
    const send: FakeTool = { effect: 'write', run: () => ok('sent') };
    const call = fakeCall({
      tools: { send },
      script: (request) => {
        const last = request.messages.at(-1);
        if (last?.role === 'user')
          return calls({ id: `c${request.messages.length}`, name: 'send', args: { to: 'x@y.z' } });
        return says(last?.role === 'tool' && last.content.includes('confirmation') ? 'Shall I send it?' : 'Done.');
      },
    });
    call.conversation.submitText('send it to x');
    await call.clock.advance(5000);
    expect(call.tools.ran).toHaveLength(0);
    expect(call.last('tool.finished')).toMatchObject({ ok: false, code: 'confirmation_required' });
    call.stt.say('hmm what was that');
    await call.clock.advance(5000);
    expect(call.tools.ran).toHaveLength(0);
    call.stt.say('yes please');
    await call.clock.advance(5000);
    expect(call.tools.ran).toHaveLength(1);
    call.stt.say('yes please');
    await call.clock.advance(5000);
    expect(call.tools.ran).toHaveLength(1);
  });

  it('lets a side effect finish although the reply is interrupted', async () => {
    const gate = Promise.withResolvers<ToolOutcome>();
    const send: FakeTool = { effect: 'write', run: () => gate.promise };
    const call = fakeCall({
      tools: { send },
      script: (request) => {
        const last = request.messages.at(-1);
        if (last?.role === 'tool') return says('Shall I?');
        return request.messages.at(-1)?.role === 'user' && request.messages.length > 7
          ? says('As I said.')
          : calls({ id: `c${request.messages.length}`, name: 'send', args: {} });
      },
    });
    call.conversation.submitText('send it');
    await call.clock.advance(3000);
    call.conversation.submitText('yes');
    await call.settle();
    expect(call.tools.ran).toHaveLength(1);
    call.stt.say('wait what');
    await call.settle();
    gate.resolve({ ok: true, data: 'sent' });
    await call.clock.advance(3000);
    expect(call.last('tool.finished')).toBeDefined();
    call.conversation.submitText('and now?');
    await call.settle();
    const results = call.model.requests.at(-1)?.messages.filter((message) => message.role === 'tool');
    expect(results?.some((message) => message.content.includes('sent'))).toBe(true);
  });

  it('apologises when the model fails, and goes on', async () => {
    let fail = true;
    const call = fakeCall({
      script: () => {
        if (fail) throw providerFailure(true);
        return says('Here again.');
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(3000);
    expect(call.last('error')).toMatchObject({ code: 'llm_failed', fatal: false });
    expect(call.voice.spoken).toEqual(['Sorry, that went wrong.']);
    fail = false;
    call.conversation.submitText('again');
    await call.clock.advance(3000);
    expect(call.last('response.completed')).toMatchObject({ text: 'Here again.' });
  });

  it('still delivers the text when the voice fails', async () => {
    const call = fakeCall({ script: () => says('You cannot hear me. But you can read me.') });
    call.voice.failing = true;
    call.conversation.submitText('go');
    await call.clock.advance(3000);
    expect(call.last('error')).toMatchObject({ code: 'tts_failed' });
    expect(call.last('response.completed')).toMatchObject({ text: 'You cannot hear me. But you can read me.' });
  });

  it('apologises in audio that was made before, when the voice fails, and remembers only what was heard', async () => {
    const call = fakeCall({
      script: () => says('One sentence of it. And another one.'),
      apology: () => new Uint8Array(32_000), // 1 s
    });
    call.voice.failing = true;
    call.conversation.submitText('go');
    await call.clock.advance(10_000);
    expect(call.last('error')).toMatchObject({ code: 'tts_failed' });
    expect(call.output.log.filter(({ type }) => type === 'audio').at(-1)).toEqual({ type: 'audio', ms: 1000 });
    call.voice.failing = false;
    call.conversation.submitText('are you there');
    await call.clock.advance(3000);
    expect(call.model.requests[1]?.messages.slice(1)).toEqual([{ role: 'user', text: 'go are you there' }]);
  });

  it('says that it cannot hear when the recogniser has died, goes on with text, and listens again when it can', async () => {
    const call = fakeCall({ script: () => says('I can read.'), turn: { idlePromptMs: 0 } });
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'failed', error: providerFailure(false) });
    expect(call.last('error')).toMatchObject({ code: 'stt_failed', fatal: false, retryAfter: 5 });
    await call.clock.advance(4900);
    expect(call.voice.spoken).toEqual(['I cannot hear you.']);
    expect(call.stt.opened).toBe(1);
    // It fails again, without another word of it.
    await call.clock.advance(100);
    expect(call.stt.opened).toBe(2);
    call.stt.emit({ type: 'failed', error: providerFailure(false) });
    await call.clock.advance(1000);
    expect(call.output.log.filter(({ type }) => type === 'error')).toHaveLength(1);
    call.conversation.submitText('hello');
    await call.clock.advance(9000);
    expect(call.voice.spoken).toEqual(['I cannot hear you.', 'I can read.']);
    expect(call.stt.opened).toBe(3);
    call.stt.say('can you hear me');
    expect(call.last('turn.ended')).toMatchObject({ text: 'can you hear me' });
    await call.clock.advance(3000);
    expect(call.voice.spoken).toEqual(['I cannot hear you.', 'I can read.', 'I can read.']);
    // Well again: the next failure is a new story.
    call.stt.emit({ type: 'failed', error: providerFailure(true) });
    expect(call.last('error')).toMatchObject({ retryAfter: 5 });
    await call.clock.advance(5000);
    expect(call.stt.opened).toBe(4);
  });

  it('asks twice whether the caller is there, then says goodbye and hangs up', async () => {
    const call = fakeCall({ greeting: 'Hello!', turn: { idlePromptMs: 10_000 } });
    await call.clock.advance(60_000);
    expect(call.voice.spoken).toEqual(['Hello!', 'Still there?', 'Still there?', 'Goodbye!']);
    expect(call.last('session.ended')).toMatchObject({ reason: 'idle' });
  });

  it('waits for the commit in manual mode', async () => {
    const call = fakeCall({ turn: { mode: 'manual' }, script: () => says('Yes.') });
    call.stt.say('first part');
    call.stt.say('second part');
    expect(call.types()).not.toContain('turn.ended');
    call.conversation.commitInput();
    expect(call.stt.finalized).toBe(1);
    call.stt.emit({ type: 'turn.ended' });
    expect(call.last('turn.ended')).toMatchObject({ text: 'first part second part' });
  });

  it('ends a turn by silence once, with the words that the recogniser settles', async () => {
    const call = fakeCall({ turn: { mode: 'vad', minSilenceMs: 500 }, script: () => says('Fine.') });
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'what is our' });
    call.stt.emit({ type: 'transcript.partial', text: 'what is our refund' });
    call.stt.emit({ type: 'speech.stopped', audioMs: 900 });
    await call.clock.advance(600);
    expect(call.stt.finalized).toBe(1);
    expect(call.types()).not.toContain('turn.ended');
    call.stt.emit({
      type: 'transcript.final',
      text: 'what is our refund policy',
      words: [],
      confidence: 1,
      audioMs: 900,
    });
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(5000);
    expect(call.types().filter((type) => type === 'turn.ended')).toHaveLength(1);
    expect(call.last('turn.ended')).toMatchObject({ text: 'what is our refund policy' });
  });

  it('leaves nothing running when it ends in the middle of everything', async () => {
    const call = fakeCall({
      tools: { a: { effect: 'read', run: () => new Promise(() => undefined) }, b: read(1) },
      script: (request) =>
        request.messages.at(-1)?.role === 'user' && request.messages.length > 2
          ? calls({ id: '1', name: 'a', args: {} })
          : says('Some words first.'),
    });
    call.conversation.submitText('one');
    await call.clock.advance(20);
    call.conversation.submitText('two');
    await call.settle();
    call.conversation.end('client');
    await call.conversation.ended;
    await call.settle();
    expect(call.types().at(-1)).toBe('session.ended');
    expect({ stt: call.stt.open_, voice: call.voice.open_, model: call.model.running }).toEqual({
      stt: 0,
      voice: 0,
      model: 0,
    });
    await call.clock.advance(200_000);
    expect(call.clock.waiting).toBe(0);
    expect(call.types().at(-1)).toBe('session.ended');
  });
});
