// What must be heard before anything else.
import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { says } from '../../test/fakes/providers.js';

const TEXT = 'You are talking to an AI. This call is recorded.';
/** The fake voice takes 50 ms a character. */
const LENGTH_MS = ('You are talking to an AI.'.length + 'This call is recorded.'.length) * 50;
const GRACE_MS = 1500;

const options: FakeCallOptions = {
  script: () => says('All right.'),
  disclosure: TEXT,
  greeting: 'Hello!',
  turn: { idlePromptMs: 0 },
};

type Call = ReturnType<typeof fakeCall>;

const disclosing = async (more: FakeCallOptions = {}): Promise<Call> => {
  const call = fakeCall({ ...options, ...more });
  await call.clock.advance(100);
  return call;
};
const disclosures = (call: Call) => call.output.log.filter((entry) => entry.type === 'disclosure.told');
const say = (call: Call, text: string, ended = true): void => {
  call.stt.emit({ type: 'speech.started', audioMs: 0 });
  call.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });
  if (ended) call.stt.emit({ type: 'turn.ended' });
};
const heardAll = (call: Call, responseId = 'r1'): void => {
  call.conversation.playbackPosition(responseId, LENGTH_MS);
  call.conversation.playbackFinished(responseId);
};

describe('a disclosure', () => {
  it('comes before the greeting, and is confirmed by playback, not by what was sent', async () => {
    const call = await disclosing();
    expect(call.voice.spoken).toEqual(['You are talking to an AI.', 'This call is recorded.']);
    expect(call.types()).toContain('response.audio_done');
    expect(call.last('response.started')).toEqual({
      type: 'response.started',
      responseId: 'r1',
      interruptible: false,
    });
    expect(disclosures(call)).toEqual([]);
    heardAll(call);
    await call.clock.advance(50);
    expect(disclosures(call)).toEqual([
      {
        type: 'disclosure.told',
        responseId: 'r1',
        text: TEXT,
        language: 'en-US',
        heardText: TEXT,
        whole: true,
        confirmed: true,
      },
    ]);
    expect(call.voice.spoken.at(-1)).toBe('Hello!');
  });

  it('is spoken in its own language and voice, and the rest in the agent’s', async () => {
    const text = 'Sie sprechen z. B. mit einer KI.';
    const disclosure = { text, language: 'de-AT', callerLanguage: 'de-AT', voice: 'viktoria' };
    const call = await disclosing({ disclosure });
    expect(call.voice.spoken).toEqual(['Sie sprechen zum Beispiel mit einer KI.']);
    heardAll(call);
    await call.clock.advance(5000);
    expect(disclosures(call)).toMatchObject([{ text, language: 'de-AT', callerLanguage: 'de-AT', whole: true }]);
    expect(call.voice.spoken.at(-1)).toBe('Hello!');
    expect(call.voice.opened).toMatchObject([
      { language: 'de-AT', voice: 'viktoria' },
      { language: 'en-US', voice: '' },
    ]);
  });

  it('goes on in its own language in another process', async () => {
    const disclosure = {
      text: 'Sie sprechen mit einer KI. Dieses Gespräch wird aufgezeichnet.',
      language: 'de',
      callerLanguage: 'de',
      voice: 'viktoria',
    };
    const call = await disclosing({ disclosure });
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    const next = fakeCall({ ...options, disclosure, before: { snapshot, tools: call.tools } });
    await next.clock.advance(50);
    next.conversation.release({ responseId: 'r1', playedMs: 27 * 50 });
    await next.clock.advance(50);
    expect(next.voice.spoken).toEqual(['Dieses Gespräch wird aufgezeichnet.']);
    expect(next.voice.opened).toMatchObject([{ language: 'de', voice: 'viktoria' }]);
    next.conversation.playbackFinished('r2');
    await next.clock.advance(50);
    expect(disclosures(next)).toMatchObject([{ language: 'de', heardText: disclosure.text, whole: true }]);
  });

  it('says in its record why it is not in the caller’s language', async () => {
    const disclosure = {
      text: TEXT,
      language: 'en-US',
      callerLanguage: 'de',
      fallback: 'no_voice',
      voice: '',
    } as const;
    const call = await disclosing({ disclosure });
    heardAll(call);
    await call.clock.advance(50);
    expect(disclosures(call)).toMatchObject([{ language: 'en-US', callerLanguage: 'de', fallback: 'no_voice' }]);
  });

  it('goes by the clock with a client that never reports, and says so', async () => {
    const call = await disclosing();
    await call.clock.advance(LENGTH_MS + GRACE_MS);
    expect(disclosures(call)).toEqual([expect.objectContaining({ whole: true, confirmed: false })]);
  });

  it.each(['provider', 'vad', 'manual'] as const)(
    'is not held or stopped by the caller, whose words are answered after it (%s)',
    async (mode) => {
      const call = await disclosing({ turn: { idlePromptMs: 0, mode } });
      say(call, 'what did I spend', false);
      call.stt.emit({ type: 'speech.stopped', audioMs: 0 });
      if (mode === 'provider') call.stt.emit({ type: 'turn.ended' });
      if (mode === 'manual') {
        call.conversation.commitInput();
        call.stt.emit({ type: 'turn.ended' });
      }
      call.conversation.cancelResponse();
      await call.clock.advance(1800);
      expect(call.types()).not.toContain('response.paused');
      expect(call.types()).not.toContain('response.interrupted');
      expect(call.types()).not.toContain('turn.ended');
      heardAll(call);
      await call.clock.advance(5000);
      expect(call.last('turn.ended')).toMatchObject({ text: 'what did I spend' });
      expect(call.voice.spoken.at(-1)).toBe('All right.');
      expect(call.voice.spoken).not.toContain('Hello!');
    },
  );

  it('keeps what is said and typed over it as one turn', async () => {
    const call = await disclosing({ turn: { idlePromptMs: 0, interruptible: false } });
    say(call, 'hello there');
    call.conversation.submitText('how much');
    say(call, 'did I spend');
    expect(call.model.requests).toHaveLength(0);
    heardAll(call);
    await call.clock.advance(50);
    expect(call.output.log.filter(({ type }) => type === 'turn.ended')).toEqual([
      expect.objectContaining({ text: 'hello there how much did I spend' }),
    ]);
    expect(call.model.requests).toHaveLength(1);
  });

  it('waits for a caller who is still speaking when it is over', async () => {
    const call = await disclosing();
    say(call, 'I would like', false);
    heardAll(call);
    await call.clock.advance(50);
    expect(call.types()).not.toContain('turn.ended');
    say(call, 'to know my balance');
    await call.clock.advance(50);
    expect(call.last('turn.ended')).toMatchObject({ text: 'I would like to know my balance' });
  });

  it('takes a murmur over it for a murmur', async () => {
    const call = await disclosing();
    say(call, 'uh-huh');
    heardAll(call);
    await call.clock.advance(50);
    expect(call.voice.spoken.at(-1)).toBe('Hello!');
  });

  it('is said again, once, when the voice fails or the client stops playing', async () => {
    const failing = fakeCall(options);
    failing.voice.failing = true;
    await failing.clock.advance(15);
    failing.voice.failing = false;
    await failing.clock.advance(100);
    heardAll(failing, 'r2');
    await failing.clock.advance(50);
    expect(disclosures(failing)).toMatchObject([
      { responseId: 'r1', heardText: '', whole: false },
      { responseId: 'r2', heardText: TEXT, whole: true, confirmed: true },
    ]);
    const stuck = await disclosing();
    stuck.conversation.playbackPosition('r1', 300);
    await stuck.clock.advance(LENGTH_MS + GRACE_MS + 100);
    stuck.conversation.playbackPosition('r2', 300);
    await stuck.clock.advance(LENGTH_MS + GRACE_MS + 100);
    expect(disclosures(stuck)).toMatchObject([
      { responseId: 'r1', whole: false, confirmed: false },
      { responseId: 'r2', whole: false, confirmed: false },
    ]);
    expect(stuck.voice.spoken.at(-1)).toBe('Hello!');
  });

  it('tells at a hang-up how much of it was heard', async () => {
    const call = await disclosing();
    call.conversation.playbackPosition('r1', 25 * 50);
    call.conversation.end('client');
    await call.conversation.ended;
    expect(disclosures(call)).toMatchObject([
      { heardText: 'You are talking to an AI.', whole: false, confirmed: false },
    ]);
    expect(call.types().at(-1)).toBe('session.ended');
  });

  it('goes on behind what was heard when the line was lost', async () => {
    const call = await disclosing();
    call.conversation.playbackPosition('r1', 1000);
    call.conversation.hold();
    await call.clock.advance(5000);
    expect(call.conversation.release({ responseId: 'r1', playedMs: 1200 })).toEqual({ responseId: 'r1', fromMs: 1200 });
    await call.clock.advance(50);
    heardAll(call);
    await call.clock.advance(50);
    expect(disclosures(call)).toMatchObject([{ responseId: 'r1', heardText: TEXT, whole: true, confirmed: true }]);
  });

  it('goes on in another process, with what the caller has said over it', async () => {
    const call = await disclosing();
    say(call, 'what is my balance');
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    const next = fakeCall({ ...options, before: { snapshot, tools: call.tools } });
    await next.clock.advance(50);
    next.conversation.release({ responseId: 'r1', playedMs: 26 * 50 });
    await next.clock.advance(50);
    expect(next.voice.spoken).toEqual(['This call is recorded.']);
    heardAll(next, 'r2');
    await next.clock.advance(50);
    expect(disclosures(next)).toMatchObject([{ responseId: 'r2', heardText: TEXT, whole: true, confirmed: true }]);
    expect(next.last('turn.ended')).toMatchObject({ text: 'what is my balance' });
  });

  it('is over in another process when the client has heard all of it', async () => {
    const call = await disclosing();
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    const next = fakeCall({ ...options, before: { snapshot, tools: call.tools } });
    next.conversation.release({ responseId: 'r1', playedMs: 60_000 });
    await next.clock.advance(50);
    expect(disclosures(next)).toMatchObject([{ responseId: 'r1', heardText: TEXT, whole: true, confirmed: true }]);
    expect(next.voice.spoken).toEqual(['Hello!']);
  });

  it('is confirmed by the client that speaks it itself', async () => {
    const call = await disclosing({ remote: true });
    call.conversation.playbackSpoken('r1', 0, 25, true);
    expect(disclosures(call)).toEqual([]);
    call.conversation.playbackSpoken('r1', 1, 22, true);
    await call.clock.advance(50);
    expect(disclosures(call)).toMatchObject([{ heardText: TEXT, whole: true, confirmed: true }]);
  });
});
