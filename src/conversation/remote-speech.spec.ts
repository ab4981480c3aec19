import { fakeCall } from '../../test/fakes/call.js';
import type { FakeCallOptions } from '../../test/fakes/call.js';
import { says } from '../../test/fakes/providers.js';

const REPLY = 'One two three. Client 5001 has two. Eight nine ten.';

/** A call whose client speaks by itself. */
function remoteCall(options: FakeCallOptions = {}) {
  const call = fakeCall({ script: () => says(REPLY), ...options });
  Object.assign(call.voice, { name: 'browser', remote: true });
  const pieces = () =>
    call.output.log.flatMap((entry) => (entry.type === 'response.speak' ? [[entry.segment, entry.text]] : []));
  const spoken = (segment: number, heardChars: number, done = false) =>
    call.conversation.playbackSpoken('r1', segment, heardChars, done);
  return { ...call, pieces, spoken };
}

describe('a reply that the client speaks', () => {
  it('goes to the client piece by piece, as it is spoken, and is over when all was spoken', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    expect(call.pieces()).toEqual([
      [0, 'One two three.'],
      [1, 'Client five zero zero one has two.'],
      [2, 'Eight nine ten.'],
    ]);
    expect(call.voice.open_).toBe(0);
    expect(call.types()).not.toContain('audio');
    call.spoken(0, 14, true);
    call.spoken(1, 34, true);
    expect(call.types()).not.toContain('response.completed');
    call.spoken(2, 15, true);
    expect(call.last('response.completed')).toMatchObject({ text: REPLY });
  });

  it('keeps only what was reported as heard when the caller interrupts', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.spoken(0, 14, true);
    call.spoken(1, 26); // "Client five zero zero one "
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'stop please' });
    await call.clock.advance(1000);
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three. Client 5001' });
    call.spoken(2, 15, true); // too late
    call.stt.emit({ type: 'transcript.final', text: 'stop please', words: [], confidence: 1, audioMs: 0 });
    call.stt.emit({ type: 'turn.ended' });
    await call.settle();
    expect(call.model.requests[1]?.messages.slice(-2)).toEqual([
      { role: 'assistant', text: 'One two three. Client 5001', interrupted: true },
      { role: 'user', text: 'stop please' },
    ]);
  });

  it('was not heard at all when the client reported nothing before the interruption', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.conversation.cancelResponse();
    expect(call.last('response.interrupted')).toMatchObject({ heardText: '' });
  });

  it('takes the pieces before one that is reported for spoken', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.spoken(2, 5);
    call.conversation.cancelResponse();
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three. Client 5001 has two. Eight' });
  });

  it('ends, with what was heard, when the client does not report any more', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.spoken(0, 14, true);
    await call.clock.advance(60_000);
    expect(call.last('error')).toMatchObject({ code: 'tts_failed', fatal: false });
    call.conversation.submitText('and now');
    await call.settle();
    expect(call.model.requests[1]?.messages.at(-2)).toMatchObject({ role: 'assistant', text: 'One two three.' });
  });

  it('counts nothing for heard that was written after the client had fallen silent', async () => {
    const gate = Promise.withResolvers<void>();
    const call = remoteCall({
      async *script() {
        yield { type: 'text', delta: 'One two three. ' };
        await gate.promise;
        yield { type: 'text', delta: 'Four five six.' };
        yield { type: 'finished', reason: 'stop' };
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(60_000);
    expect(call.last('error')).toMatchObject({ code: 'tts_failed' });
    gate.resolve();
    await call.settle();
    call.conversation.submitText('and now');
    await call.settle();
    const remembered = call.model.requests[1]?.messages.filter(({ role }) => role === 'assistant') ?? [];
    expect(JSON.stringify(remembered)).not.toMatch(/One|Four/);
  });

  it('forgives reports of pieces and replies that there are not', async () => {
    const call = remoteCall();
    call.conversation.submitText('go');
    await call.clock.advance(100);
    call.spoken(7, 3, true);
    call.conversation.playbackSpoken('r9', 0, 14, true);
    call.spoken(0, 1_000_000);
    call.conversation.playbackFinished('r1');
    call.conversation.playbackPosition('r1', 60_000);
    call.conversation.cancelResponse();
    expect(call.last('response.interrupted')).toMatchObject({ heardText: 'One two three.' });
  });
});
