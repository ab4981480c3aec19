// What users of other voice agents have reported of them, tried on this one: see docs/field-reports.md.
import { fakeCall, type FakeTool } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';

const final = (text: string) => ({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 900 }) as const;
const partial = (text: string) => ({ type: 'transcript.partial', text }) as const;
const started = { type: 'speech.started', audioMs: 0 } as const;
const stopped = { type: 'speech.stopped', audioMs: 400 } as const;

const times = (types: readonly string[], type: string): number => types.filter((one) => one === type).length;

describe('a recogniser', () => {
  it('that settles words only after they were answered makes no second turn of them', async () => {
    const call = fakeCall({ script: () => says('Thirty days.'), turn: { mode: 'vad', speculate: false } });
    call.stt.emit(started);
    call.stt.emit(partial('what is the refund policy'));
    call.stt.emit(stopped);
    await call.clock.advance(4000);
    expect(call.last('turn.ended')?.text).toBe('what is the refund policy');
    call.stt.emit(final('What is the refund policy?'));
    await call.clock.advance(5000);
    expect(times(call.types(), 'turn.ended')).toBe(1);
    expect(call.types()).not.toContain('response.interrupted');
    expect(call.last('response.completed')?.text).toBe('Thirty days.');
  });

  it('that never says that a sound is over, nor what it was, leaves no silence for ever', async () => {
    const call = fakeCall({ turn: { mode: 'provider' } });
    call.stt.emit(started);
    await call.clock.advance(50_000);
    expect(call.last('response.completed')?.text).toBe('Still there?');
  });

  it('that hears a sound and no words leaves the agent asking', async () => {
    const call = fakeCall({ turn: { mode: 'vad' } });
    call.stt.emit(started);
    call.stt.emit(stopped);
    await call.clock.advance(25_000);
    expect(call.last('response.completed')?.text).toBe('Still there?');
  });

  it.each(['vad', 'provider'] as const)('that has words without a sound is answered at once: %s', async (mode) => {
    const call = fakeCall({ script: () => says('Fine.'), turn: { mode } });
    call.stt.emit(final('sure'));
    if (mode === 'provider') call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(1500);
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(4000);
    expect(call.last('response.completed')?.text).toBe('Fine.');
  });

  it('that makes two turns of one answer gets one reply, to both', async () => {
    const call = fakeCall({ script: () => says('We have an offer.'), turn: { mode: 'provider' } });
    call.stt.say('Yes');
    call.stt.say('Sure');
    await call.clock.advance(5000);
    expect(call.voice.spoken.filter((text) => text === 'We have an offer.')).toHaveLength(1);
    const asked = call.model.requests.at(-1)?.messages.filter(({ role }) => role === 'user') ?? [];
    expect(asked.map((message) => ('text' in message ? message.text : ''))).toEqual(['Yes Sure']);
  });
});

describe('a model', () => {
  const tools: Record<string, FakeTool> = {
    look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 7 }) },
  };

  it('knows what it has said before a tool that is quicker than the voice', async () => {
    const call = fakeCall({
      tools,
      script: ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? says('It is seven.')
          : [{ type: 'text', delta: 'Let me look. ' }, ...calls({ id: 'a', name: 'look', args: {} })],
    });
    call.conversation.submitText('So?');
    await call.clock.advance(5000);
    expect(call.model.requests[1]?.messages.slice(-2)).toMatchObject([
      { role: 'assistant', text: 'Let me look.', toolCalls: [{ id: 'a' }] },
      { role: 'tool', callId: 'a' },
    ]);
    expect(call.voice.spoken.join(' ')).toBe('Let me look. It is seven.');
  });

  it.each(['... Sure. ... Here you go.', 'Sure. — !! — Here you go.', 'Sure.\n\n***\n\nHere you go. 😀'])(
    'that writes marks between its sentences gives the voice none of them alone: %j',
    async (text) => {
      const call = fakeCall({ script: () => says(text) });
      call.conversation.submitText('So?');
      await call.clock.advance(5000);
      expect(call.voice.spoken.filter((said) => !/[\p{L}\p{N}]/u.test(said))).toEqual([]);
      expect(call.voice.spoken.join(' ')).toMatch(/Sure\..*Here you go\./);
    },
  );
});
