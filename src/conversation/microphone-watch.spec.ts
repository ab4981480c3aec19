import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { says } from '../../test/fakes/providers.js';
import type { TurnDetectionMode } from './options.js';

const FRAME = new Uint8Array(640); // 20 ms

/** A call in which the caller speaks, and frames come for `ms`. */
async function speaking(ms: number, options: FakeCallOptions = {}) {
  const call = fakeCall({ script: () => says('Done.'), ...options });
  const send = async (length: number) => {
    for (let sent = 0; sent < length; sent += 20) {
      call.conversation.pushAudio(FRAME);
      await call.clock.advance(20);
    }
  };
  await send(200);
  call.stt.emit({ type: 'speech.started', audioMs: 200 });
  await send(ms);
  return { ...call, send, turns: () => call.types().filter((type) => type === 'turn.ended').length };
}
const in_ = (mode: TurnDetectionMode): FakeCallOptions => ({ turn: { mode, speculate: false } });
const final = (text: string) => ({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 900 }) as const;

describe('a microphone that is muted in mid-word', () => {
  it.each(['vad', 'provider'] as const)('ends the turn after the usual silence: %s', async (mode) => {
    const call = await speaking(800, in_(mode));
    call.stt.emit(final('what is the refund policy'));
    await call.send(100);
    // 1000 ms without a frame are silence, 350 more end a turn that sounds complete.
    await call.clock.advance(1300);
    expect(call.stt.finalized).toBe(0);
    await call.clock.advance(50);
    expect(call.stt.finalized).toBe(1);
    call.stt.emit({ type: 'turn.ended' });
    await call.settle();
    expect(call.last('turn.ended')).toMatchObject({ text: 'what is the refund policy' });
    expect(call.last('response.started')).toBeDefined();
  });

  it.each(['vad', 'provider'] as const)('is waited for longer where the words dangle: %s', async (mode) => {
    const call = await speaking(800, in_(mode));
    call.stt.emit(final('send it to'));
    await call.clock.advance(2200);
    expect(call.stt.finalized).toBe(0);
    await call.clock.advance(250);
    expect(call.stt.finalized).toBe(1);
  });

  it('ends the turn of a recogniser that has settled nothing', async () => {
    const call = await speaking(800, in_('provider'));
    call.stt.emit({ type: 'transcript.partial', text: 'what is the refund policy' });
    await call.clock.advance(1400);
    expect(call.stt.finalized).toBe(1);
    await call.clock.advance(3000);
    expect(call.last('turn.ended')).toMatchObject({ text: 'what is the refund policy' });
  });

  it.each(['vad', 'provider'] as const)('leaves no caller who speaks for ever: %s', async (mode) => {
    const call = await speaking(800, in_(mode));
    await call.clock.advance(1100);
    expect(call.last('speech.stopped')).toMatchObject({ audioMs: 1000 });
    await call.clock.advance(24_000);
    expect(call.last('response.completed')?.text).toBe('Still there?');
  });

  it('leaves the end of a turn to the client where that is agreed', async () => {
    const call = await speaking(800, in_('manual'));
    call.stt.emit(final('what is the refund policy'));
    await call.clock.advance(15_000);
    expect(call.stt.finalized).toBe(0);
    expect(call.turns()).toBe(0);
  });

  it('counts anew for what comes next', async () => {
    const call = await speaking(800, in_('vad'));
    await call.clock.advance(1100);
    await call.send(200);
    call.stt.emit({ type: 'speech.started', audioMs: 1200 });
    await call.send(1500);
    expect(call.types().filter((type) => type === 'speech.stopped')).toHaveLength(1);
    await call.clock.advance(1100);
    expect(call.types().filter((type) => type === 'speech.stopped')).toHaveLength(2);
  });
});

describe('a microphone whose audio is only late', () => {
  it('is not silent in a gap that networks make', async () => {
    const call = await speaking(800, in_('vad'));
    for (let gap = 0; gap < 5; gap += 1) {
      await call.clock.advance(900);
      await call.send(100);
    }
    expect(call.types()).not.toContain('speech.stopped');
  });

  it('is not silent while the client is gone, nor until what it kept has had time to come', async () => {
    const call = await speaking(800, in_('vad'));
    call.stt.emit(final('what is the refund policy'));
    await call.clock.advance(500);
    call.conversation.hold();
    await call.clock.advance(30_000);
    expect(call.types()).not.toContain('speech.stopped');
    call.conversation.release();
    await call.clock.advance(1400);
    expect(call.types()).not.toContain('speech.stopped');
    await call.send(400);
    await call.clock.advance(900);
    expect(call.types()).not.toContain('speech.stopped');
    await call.clock.advance(200);
    expect(call.types()).toContain('speech.stopped');
  });

  it('is silent when the client comes back muted', async () => {
    const call = await speaking(800, in_('vad'));
    call.conversation.hold();
    await call.clock.advance(5000);
    call.conversation.release();
    await call.clock.advance(1600);
    expect(call.types()).toContain('speech.stopped');
  });

  it('is nobody’s silence where no audio ever comes: words from the caller’s device', async () => {
    const call = fakeCall({ script: () => says('Done.'), ...in_('provider') });
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'what is the' });
    await call.clock.advance(3000);
    expect(call.types()).not.toContain('speech.stopped');
    expect(call.stt.finalized).toBe(0);
  });
});
