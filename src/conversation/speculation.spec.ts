import { type FakeTool, fakeCall } from '../../test/fakes/call.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';

const final = (text: string) => ({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 }) as const;

describe('a draft', () => {
  it('starts on the recogniser’s hint and is spoken at once when the words are confirmed', async () => {
    const call = fakeCall({ script: () => says('It is noon.') });
    call.stt.emit({ type: 'transcript.partial', text: 'what time is it' });
    call.stt.emit({ type: 'turn.eager', text: 'what time is it' });
    await call.clock.advance(100);
    expect(call.model.requests).toHaveLength(1);
    expect(call.types()).toEqual(['transcript.partial']);
    call.stt.emit(final('What time is it?'));
    call.stt.emit({ type: 'turn.ended' });
    // The audio was ready: nothing had to be waited for.
    expect(call.types().slice(1)).toEqual([
      'transcript.final',
      'turn.ended',
      'response.started',
      'response.text',
      'response.text',
      'response.text',
      'turn.metrics',
      'audio',
      'response.audio_done',
    ]);
    await call.clock.advance(5000);
    expect(call.model.requests).toHaveLength(1);
    call.conversation.submitText('next');
    await call.settle();
    expect(call.model.requests[1]?.messages.slice(-3)).toEqual([
      { role: 'user', text: 'What time is it?' },
      { role: 'assistant', text: 'It is noon.' },
      { role: 'user', text: 'next' },
    ]);
  });

  it('starts when a partial has stood still', async () => {
    const call = fakeCall({ script: () => says('Noon.'), turn: { stillMs: 250 } });
    call.stt.emit({ type: 'transcript.partial', text: 'what time' });
    await call.clock.advance(200);
    call.stt.emit({ type: 'transcript.partial', text: 'what time is it' });
    await call.clock.advance(200);
    expect(call.model.requests).toHaveLength(0);
    await call.clock.advance(60);
    expect(call.model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', text: 'what time is it' });
  });

  it('does not start on words that dangle, nor while the caller can be heard speaking', async () => {
    const dangling = fakeCall({ script: () => says('Noon.'), turn: { stillMs: 250 } });
    dangling.stt.emit({ type: 'transcript.partial', text: 'what time is it in' });
    await dangling.clock.advance(1000);
    expect(dangling.model.requests).toHaveLength(0);
    const speaking = fakeCall({ script: () => says('Noon.'), turn: { stillMs: 250, mode: 'vad' } });
    speaking.stt.emit({ type: 'speech.started', audioMs: 0 });
    speaking.stt.emit({ type: 'transcript.partial', text: 'what time is it' });
    await speaking.clock.advance(300);
    expect(speaking.model.requests).toHaveLength(0);
    speaking.stt.emit({ type: 'speech.stopped', audioMs: 300 });
    await speaking.clock.advance(260);
    expect(speaking.model.requests).toHaveLength(1);
  });

  it('vanishes without a trace when the caller goes on', async () => {
    const used: boolean[] = [];
    const call = fakeCall({
      script: () => says('Which client?'),
      meter: { modelUsed: (_usage, discarded) => used.push(discarded) },
    });
    call.stt.emit({ type: 'transcript.partial', text: 'show me' });
    call.stt.emit({ type: 'turn.eager', text: 'show me' });
    await call.clock.advance(100);
    call.stt.emit({ type: 'turn.resumed' });
    expect(used).toEqual([true]);
    call.stt.emit(final('show me client 5001'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(5000);
    expect(call.model.requests.at(-1)?.messages).toEqual([
      { role: 'system', text: 'Be kind.' },
      { role: 'user', text: 'show me client 5001' },
    ]);
    expect(call.types().filter((type) => type === 'response.started')).toHaveLength(1);
    expect(call.voice.open_).toBe(0);
  });

  it('may read, but changes nothing and asks nothing before the words are confirmed', async () => {
    const asked: string[] = [];
    const tool = (effect: 'read' | 'write'): FakeTool => ({
      effect,
      run: (run) => {
        asked.push(run.name);
        return Promise.resolve({ ok: true, data: 1 });
      },
    });
    const call = fakeCall({
      tools: { look: tool('read'), send: tool('write') },
      script: (request) =>
        request.messages.at(-1)?.role === 'user'
          ? calls({ id: '1', name: 'look', args: {} }, { id: '2', name: 'send', args: {} })
          : says('Shall I?'),
    });
    call.stt.emit({ type: 'transcript.partial', text: 'send it' });
    call.stt.emit({ type: 'turn.eager', text: 'send it' });
    await call.clock.advance(1000);
    expect(asked).toEqual(['look']);
    expect(call.types()).toEqual(['transcript.partial']);
    call.stt.emit(final('send it'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(5000);
    expect(call.last('tool.finished')).toMatchObject({ name: 'send', code: 'confirmation_required' });
    expect(asked).toEqual(['look']);
  });

  it('that failed is made again instead of apologised for', async () => {
    let requests = 0;
    const call = fakeCall({
      script: () => {
        requests += 1;
        if (requests === 1) throw providerFailure(true);
        return says('Better now.');
      },
    });
    call.stt.emit({ type: 'transcript.partial', text: 'go' });
    call.stt.emit({ type: 'turn.eager', text: 'go' });
    await call.settle();
    call.stt.emit(final('go'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(5000);
    expect(call.voice.spoken).toEqual(['Better now.']);
    expect(call.types()).not.toContain('error');
  });

  it('is not tried more often in a turn than allowed', async () => {
    const call = fakeCall({ script: () => says('Hm.'), turn: { maxDrafts: 2 } });
    for (const text of ['a b', 'a b c', 'a b c d', 'a b c d e']) {
      call.stt.emit({ type: 'transcript.partial', text });
      call.stt.emit({ type: 'turn.eager', text });
    }
    await call.settle();
    expect(call.model.requests).toHaveLength(2);
  });
});
