// A call whose client is gone for a while, and comes back.
import { fakeCall } from '../../test/fakes/call.js';
import type { FakeCallOptions } from '../../test/fakes/call.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';

const REPLY = 'One two three. Four five six seven. Eight nine ten eleven.';

/** A call that is speaking: 50 ms a character, all of it sent ahead. */
async function speaking(options: FakeCallOptions = {}) {
  const call = fakeCall({ script: () => says(REPLY), turn: { idlePromptMs: 0 }, ...options });
  call.conversation.submitText('count');
  await call.clock.advance(100);
  const sentMs = () => call.output.log.reduce((sum, entry) => sum + (entry.type === 'audio' ? entry.ms : 0), 0);
  const count = (type: string) => call.output.log.filter((entry) => entry.type === type).length;
  return { ...call, sentMs, count };
}

describe('a reply whose client is gone', () => {
  it('waits where the client last said to be, and is sent again from where it says to be now', async () => {
    const call = await speaking();
    const all = call.sentMs();
    call.conversation.playbackPosition('r1', 500);
    await call.clock.advance(400);
    call.conversation.hold();
    await call.clock.advance(9000);
    expect(call.types()).not.toContain('response.completed');
    expect(call.conversation.release({ responseId: 'r1', playedMs: 900 })).toEqual({ responseId: 'r1', fromMs: 900 });
    expect(call.sentMs()).toBe(all); // nothing before the client was told
    await call.clock.advance(1);
    expect(call.sentMs() - all).toBeCloseTo(all - 900, 6);
    expect(call.count('response.audio_done')).toBe(2);
    await call.clock.advance(all);
    await call.clock.advance(2000);
    expect(call.last('response.completed')).toMatchObject({ text: REPLY });
  });

  it('goes on from the last report when the client does not say, and from the clock when it never did', async () => {
    const told = await speaking();
    told.conversation.playbackPosition('r1', 700);
    await told.clock.advance(1000);
    told.conversation.hold();
    expect(told.conversation.release()).toEqual({ responseId: 'r1', fromMs: 700 });
    const silent = await speaking();
    await silent.clock.advance(1000);
    silent.conversation.hold();
    await silent.clock.advance(5000);
    expect(silent.conversation.release()?.fromMs).toBeCloseTo(1090, -2);
  });

  it.each([
    ['more than it was sent', 1e9],
    ['less than nothing', -5],
  ])('believes no client that has heard %s', async (_, playedMs) => {
    const call = await speaking();
    const all = call.sentMs();
    call.conversation.hold();
    const fromMs = call.conversation.release({ responseId: 'r1', playedMs })?.fromMs ?? NaN;
    expect(fromMs).toBe(playedMs < 0 ? 0 : all);
    await call.clock.advance(60_000);
    expect(call.sentMs()).toBeCloseTo(all + all - fromMs, 6);
    expect(call.count('response.completed')).toBe(1);
  });

  it('keeps what was heard of it when it is interrupted meanwhile', async () => {
    const call = await speaking();
    call.conversation.playbackPosition('r1', 14 * 50 + 500);
    await call.clock.advance(1000);
    call.conversation.hold();
    call.conversation.end('disconnected');
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three. Four five' });
    await call.conversation.ended;
    expect(call.clock.waiting).toBe(0);
  });

  it('is written on and spoken on, and goes out at the end of a turn that came through before', async () => {
    const call = fakeCall({ script: () => says(REPLY) });
    call.stt.emit({ type: 'transcript.final', text: 'count', words: [], confidence: 1, audioMs: 0 });
    call.conversation.hold();
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(3000);
    expect(call.types()).toContain('response.text');
    expect(call.voice.spoken).not.toEqual([]);
    expect(call.types()).not.toContain('audio');
    expect(call.conversation.release()).toEqual({ responseId: 'r1', fromMs: 0 });
    await call.clock.advance(10_000);
    expect(call.last('response.completed')).toMatchObject({ text: REPLY });
  });

  it('survives being held twice, and a second gap goes on from the second place', async () => {
    const call = await speaking();
    const all = call.sentMs();
    call.conversation.hold();
    call.conversation.hold();
    call.conversation.release({ responseId: 'r1', playedMs: 400 });
    await call.clock.advance(50);
    call.conversation.hold();
    await call.clock.advance(5000);
    call.conversation.release({ responseId: 'r1', playedMs: 650 });
    await call.clock.advance(1);
    expect(call.sentMs()).toBeCloseTo(all + (all - 400) + (all - 650), 6);
    expect(call.conversation.release({ responseId: 'r1', playedMs: 0 })).toBeUndefined();
  });

  it('stays paused for a caller who was interrupting, and goes on when that was nothing', async () => {
    const call = await speaking();
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.conversation.hold();
    await call.clock.advance(20_000);
    expect(call.types()).not.toContain('response.resumed');
    const before = call.sentMs();
    call.conversation.release({ responseId: 'r1', playedMs: 100 });
    await call.clock.advance(500);
    expect(call.sentMs()).toBe(before);
    await call.clock.advance(3000);
    expect(call.types()).toContain('response.resumed');
    expect(call.sentMs()).toBeGreaterThan(before);
  });

  it('does not run out of time while the client is gone', async () => {
    const gate = Promise.withResolvers<void>();
    const call = fakeCall({
      reply: { replyDeadlineMs: 10_000, patienceAfterMs: 0 },
      async *script() {
        await gate.promise;
        yield { type: 'text', delta: 'At last.' };
        yield { type: 'finished', reason: 'stop' };
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(6000);
    call.conversation.hold();
    await call.clock.advance(20_000);
    call.conversation.release();
    await call.clock.advance(3000);
    gate.resolve();
    await call.clock.advance(5000);
    expect(call.last('response.completed')).toMatchObject({ text: 'At last.' });
  });
});

describe('a reply that the client speaks, and whose client is gone', () => {
  it('is given nothing twice: the client has it, or is told it again, and goes on where it says', async () => {
    const call = fakeCall({ script: () => says(REPLY), remote: true });
    call.conversation.submitText('count');
    await call.clock.advance(100);
    const pieces = () => call.output.log.filter(({ type }) => type === 'response.speak').length;
    call.conversation.hold();
    await call.clock.advance(60_000);
    expect(call.types()).not.toContain('error');
    expect(call.conversation.release({ responseId: 'r1', segment: 1, heardChars: 9 })).toBeUndefined();
    await call.clock.advance(100);
    expect(pieces()).toBe(3);
    call.conversation.cancelResponse();
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three. Four five' });
  });
});

describe('a caller who is gone', () => {
  it('is not asked whether he is there, and has all the time again when he is back', async () => {
    const call = fakeCall({ turn: { idlePromptMs: 10_000 } });
    await call.clock.advance(9900);
    call.conversation.hold();
    await call.clock.advance(60_000);
    expect(call.voice.spoken).toEqual([]);
    call.conversation.release();
    await call.clock.advance(9900);
    expect(call.voice.spoken).toEqual([]);
    await call.clock.advance(200);
    expect(call.voice.spoken).toEqual(['Still there?']);
  });

  it('does not end his turn by being gone, and ends it with what he said meanwhile', async () => {
    const call = fakeCall({ turn: { mode: 'vad', minSilenceMs: 350 }, script: () => says('Fine.') });
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.final', text: 'send it', words: [], confidence: 1, audioMs: 800 });
    call.stt.emit({ type: 'speech.stopped', audioMs: 900 });
    call.conversation.hold();
    await call.clock.advance(20_000);
    call.conversation.release();
    await call.clock.advance(400);
    expect(call.types()).not.toContain('turn.ended');
    call.conversation.pushAudio(new Uint8Array(320_000)); // 10 s at once
    call.stt.emit({ type: 'speech.started', audioMs: 2000 });
    call.stt.emit({ type: 'transcript.final', text: 'to mary', words: [], confidence: 1, audioMs: 2600 });
    call.stt.emit({ type: 'speech.stopped', audioMs: 2700 });
    await call.clock.advance(400);
    call.stt.emit({ type: 'turn.ended' });
    expect(call.last('turn.ended')).toMatchObject({ text: 'send it to mary' });
    await call.clock.advance(3000);
    const metrics = call.last('turn.metrics');
    for (const ms of [metrics?.endpointingMs, metrics?.voiceToVoiceMs]) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(2000);
    }
  });

  it('is not taken to have fallen silent: his recogniser is suspended, and the turn goes on where it was', async () => {
    const call = fakeCall({ script: () => says('Fine.') });
    call.conversation.pushAudio(new Uint8Array(32_000)); // 1 s
    call.stt.emit({ type: 'speech.started', audioMs: 100 });
    call.stt.emit({ type: 'transcript.final', text: 'what is', words: [], confidence: 1, audioMs: 600 });
    call.stt.emit({ type: 'transcript.partial', text: 'my' });
    call.conversation.hold();
    await call.clock.advance(400);
    expect(call.stt.suspended).toBe(0);
    await call.clock.advance(25_000);
    expect(call.stt.suspended).toBe(1);
    expect(call.types()).not.toContain('turn.ended');
    call.conversation.release();
    expect(call.stt.opened).toBe(1);
    call.conversation.pushAudio(new Uint8Array(32_000));
    call.stt.emit({ type: 'transcript.final', text: 'my balance', words: [], confidence: 1, audioMs: 1700 });
    call.stt.emit({ type: 'turn.ended' });
    expect(call.last('turn.ended')).toMatchObject({ text: 'what is my balance' });
  });

  it('has his recogniser left alone when he is back at once', async () => {
    const call = fakeCall({});
    call.conversation.hold();
    await call.clock.advance(300);
    call.conversation.release();
    await call.clock.advance(5000);
    expect(call.stt.suspended).toBe(0);
  });

  it('hears nothing of a recogniser that dies meanwhile', async () => {
    const call = fakeCall({});
    call.conversation.hold();
    call.stt.emit({ type: 'failed', error: providerFailure(true) });
    await call.clock.advance(20_000);
    expect(call.types()).toEqual([]);
    call.conversation.release();
    expect(call.stt.open_).toBe(1);
    call.stt.say('hello');
    expect(call.last('turn.ended')).toMatchObject({ text: 'hello' });
  });

  it('finds his tools done', async () => {
    const call = fakeCall({
      tools: { look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 12 }) } },
      script: (request) =>
        request.messages.at(-1)?.role === 'tool' ? says('Twelve.') : calls({ id: 'c1', name: 'look', args: {} }),
    });
    call.conversation.submitText('how many');
    call.conversation.hold();
    await call.clock.advance(5000);
    expect(call.types()).toContain('tool.finished');
    call.conversation.release();
    await call.clock.advance(3000);
    expect(call.last('response.completed')).toMatchObject({ text: 'Twelve.' });
  });
});
