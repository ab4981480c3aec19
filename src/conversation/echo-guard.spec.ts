import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { says } from '../../test/fakes/providers.js';
import type { EchoDetector } from '../echo/echo.port.js';
import { ownWords } from './echo-guard.js';
import { wordsOf } from './words.js';

const final = (text: string) => ({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 }) as const;
const REPLY = 'You have twelve transactions in March and the last one was a coffee.';

describe('the words of an echo', () => {
  it.each([
    ['you have twelve transactions', 4],
    ['you have well transactions in march', 6],
    ['twelve transactions in march show me april', 4],
    ['twelve transactions', 0],
    ['what about client five thousand and two', 0],
    ['march in transactions twelve', 0],
    ['', 0],
  ])('in %j are %d', (heard, own) => {
    const words = (text: string) => text.toLowerCase().match(/\w+/g) ?? [];
    expect(ownWords(words(heard), words(REPLY))).toBe(own);
  });
});

describe('the agent hears itself', () => {
  const speaking = async () => {
    const call = fakeCall({ script: () => says(REPLY), turn: { speculate: false } });
    call.conversation.submitText('go');
    await call.clock.advance(1500);
    return call;
  };

  it('and is neither interrupted nor answered by its own words', async () => {
    const call = await speaking();
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'you have twelve transactions' });
    call.stt.emit({ type: 'speech.stopped', audioMs: 900 });
    call.stt.emit(final('you have twelve transactions in march'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    const seen = call.types();
    expect(seen).not.toContain('response.interrupted');
    expect(seen).not.toContain('transcript.partial');
    expect(seen.filter((type) => type === 'turn.ended')).toHaveLength(1);
    expect(call.last('response.completed')).toMatchObject({ text: REPLY });
  });

  it('and takes back what it had taken for the caller’s words, when more of them are its own', async () => {
    const call = await speaking();
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'few' });
    await call.clock.advance(200);
    call.stt.emit({ type: 'transcript.partial', text: 'you have' });
    await call.clock.advance(1000);
    call.stt.emit(final('you have twelve transactions'));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(20_000);
    expect(call.types()).not.toContain('response.interrupted');
    expect(call.types().filter((type) => type === 'turn.ended')).toHaveLength(1);
  });

  it('and is not deaf to what is said after it was stopped', async () => {
    const call = fakeCall({
      script: () => says(REPLY),
      turn: { speculate: false },
      echo: {
        open: () => ({
          replyStarted: () => undefined,
          replyEnded: () => undefined,
          sent: () => undefined,
          heard: () => undefined,
          isEcho: () => true,
        }),
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(1000);
    call.conversation.cancelResponse();
    await call.clock.advance(300);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'what else' });
    await call.clock.advance(900);
    call.conversation.pushAudio(new Uint8Array(3200));
    expect(call.types()).toContain('speech.started');
    call.stt.emit(final('what else is there'));
    call.stt.emit({ type: 'turn.ended' });
    expect(call.last('turn.ended')).toMatchObject({ text: 'what else is there' });
  });

  it('and still hears the caller’s words that follow its own', async () => {
    const call = await speaking();
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'you have twelve transactions show me april' });
    await call.clock.advance(300);
    expect(call.types()).toContain('response.interrupted');
    expect(call.last('transcript.partial')).toMatchObject({ text: 'show me april' });
  });

  it('but a caller may say its words back to it once it is silent', async () => {
    const call = await speaking();
    await call.clock.advance(4000);
    expect(call.last('response.completed')).toBeDefined();
    call.stt.say('the last one was a coffee');
    expect(call.last('turn.ended')).toMatchObject({ text: 'the last one was a coffee' });
  });

  it('and is not even paused when its sound gives it away; a caller who joins in is heard', async () => {
    let isEcho = true;
    const call = fakeCall({
      script: () => says(REPLY),
      turn: { speculate: false },
      echo: {
        open: () => ({
          replyStarted: () => undefined,
          replyEnded: () => undefined,
          sent: () => undefined,
          heard: () => undefined,
          isEcho: () => isEcho,
        }),
      },
    });
    call.conversation.submitText('go');
    await call.clock.advance(1000);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    call.stt.emit({ type: 'transcript.partial', text: 'few heaven' });
    await call.clock.advance(200);
    call.conversation.pushAudio(new Uint8Array(3200));
    expect(call.types()).not.toContain('speech.started');
    expect(call.types()).not.toContain('response.paused');
    isEcho = false;
    call.stt.emit({ type: 'transcript.partial', text: 'wait a moment' });
    for (let look = 0; look < 3; look += 1) {
      expect(call.types()).not.toContain('response.paused');
      await call.clock.advance(100);
      call.conversation.pushAudio(new Uint8Array(3200));
    }
    // Its words, which passed for an echo until now, are not lost.
    expect(call.types()).toContain('response.paused');
    expect(call.last('transcript.partial')).toMatchObject({ text: 'wait a moment' });
    await call.clock.advance(300);
    expect(call.types()).toContain('response.interrupted');
  });
});

describe('a caller who talks over the agent in its own words', () => {
  const ASKS = 'Shall I send it to the same address, or do you mean the second one, in our refund policy?';
  const detector = (isEcho: () => boolean): EchoDetector => ({
    open: () => ({
      replyStarted: () => undefined,
      replyEnded: () => undefined,
      sent: () => undefined,
      heard: () => undefined,
      isEcho,
    }),
  });

  /** What becomes a turn of words said over the reply, and what was counted. */
  async function saidOver(text: string, options: FakeCallOptions, startMs = 2500, ms = 1200) {
    const leftOut: [number, string][] = [];
    const meter = { modelUsed: () => undefined, wordsLeftOut: (...lost: [number, string]) => void leftOut.push(lost) };
    const call = fakeCall({ script: () => says(ASKS), turn: { speculate: false }, meter, ...options });
    call.conversation.submitText('go');
    await call.clock.advance(startMs);
    call.stt.emit({ type: 'speech.started', audioMs: 0 });
    for (let heard = 0; heard < ms; heard += 100) {
      await call.clock.advance(100);
      call.conversation.pushAudio(new Uint8Array(3200));
    }
    call.stt.emit({ type: 'speech.stopped', audioMs: ms });
    call.stt.emit(final(text));
    call.stt.emit({ type: 'turn.ended' });
    await call.clock.advance(100);
    const turns = call.output.log.filter((entry) => entry.type === 'turn.ended').slice(1);
    return { turns: turns.map((turn) => turn.text), leftOut };
  }

  const REPEATS = [
    'to the same address',
    'the second one, in our refund policy',
    'yes, send it to the same address',
    ASKS,
  ];

  it.each(REPEATS)('is heard when the client takes the agent out of its microphone: %s', async (text) => {
    expect(await saidOver(text, { echoCancelled: true })).toEqual({ turns: [text], leftOut: [] });
  });

  it.each(REPEATS)('is heard when the sound is not the agent’s: %s', async (text) => {
    expect(await saidOver(text, { echo: detector(() => false) })).toEqual({ turns: [text], leftOut: [] });
  });

  it.each(REPEATS)('is an echo when the sound is, and is counted as one: %s', async (text) => {
    const { turns, leftOut } = await saidOver(text, { echo: detector(() => true) });
    expect(turns).toEqual([]);
    expect(leftOut).toEqual([[wordsOf(text).length, 'sound']]);
  });

  it.each([
    ['yes to the same address', 'yes to the same address', undefined],
    ['No, do you mean the refund policy', 'No, do you mean the refund policy', undefined],
    ['to the same address', undefined, [4, 'words']],
    ['shall I send it to the same address yes please', 'yes please', [8, 'words']],
  ] as const)('is judged by the words where there is no sound: %s', async (text, turn, lost) => {
    const { turns, leftOut } = await saidOver(text, { remote: true });
    expect({ turns, leftOut }).toEqual({
      turns: turn === undefined ? [] : [turn],
      leftOut: lost === undefined ? [] : [lost],
    });
  });

  it('is heard although there was too little of the reply to compare with', async () => {
    expect(await saidOver('no not that one', { echo: detector(() => false) }, 300, 100)).toEqual({
      turns: ['no not that one'],
      leftOut: [],
    });
  });
});
