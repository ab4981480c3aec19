import { ManualClock } from '../../../test/fakes/manual-clock.js';
import { spelled, SPELLING_RATE, SpellingVoice } from '../../../test/fakes/spelling-voice.js';
import type { VoiceOptions } from '../../../test/fakes/spelling-voice.js';
import type { ChainOptions, ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { ProviderError } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { TextToSpeech, TtsEvent, TtsListener, TtsOptions } from '../tts.port.js';
import { FallbackTts } from './fallback-tts.js';

const OPTIONS = { voice: 'slt', language: 'en-US', sampleRate: SPELLING_RATE } as const;
const TEXT = 'Your balance is forty dollars.';

function setUp(made: readonly (VoiceOptions | TextToSpeech)[], options: Partial<ChainOptions> = {}) {
  const clock = new ManualClock();
  const outcomes: ProviderOutcome[] = [];
  const health = options.health ?? new ProviderHealth({ random: () => 1 });
  const voices = made.map((voice, n) => ('open' in voice ? voice : new SpellingVoice(n + 1, voice)));
  const tts = new FallbackTts(voices, {
    health,
    retry: new RetryPolicy({ random: () => 1 }),
    after: (ms, action) => clock.after(ms, action),
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  const events: TtsEvent[] = [];
  const open = (listener: TtsListener = () => undefined, asked: Partial<TtsOptions> = {}) =>
    tts.open({ ...OPTIONS, ...asked }, (event) => {
      events.push(event);
      listener(event);
    });
  /** Lets the voices speak on for as long as they have something to say. */
  const listen = async (ms = 0) => {
    for (let seen = -1; seen !== events.length;) {
      seen = events.length;
      await clock.advance(ms);
    }
  };
  const said = (segment: number) => {
    const chunks = events.flatMap((event) =>
      event.type === 'audio' && event.segment === segment ? [event.chunk] : [],
    );
    return spelled(Buffer.concat(chunks)).map(({ mark, text }) => `${mark}:${text}`);
  };
  const types = () => [...new Set(events.map(({ type }) => type))];
  const words = () => events.flatMap((event) => (event.type === 'words' ? [event.words] : []));
  const running = () => voices.map((voice) => (voice instanceof SpellingVoice ? voice.running : 0));
  return { clock, outcomes, health, voices, tts, events, open, listen, said, types, words, running };
}

const failure = (provider: string, retryable = true) =>
  new ProviderError('It broke.', { provider, code: retryable ? 'unavailable' : 'unauthorized', retryable });

const count = (events: readonly TtsEvent[], type: TtsEvent['type']) =>
  events.filter((event) => event.type === type).length;

/** A voice that says what the test makes it say, even when it should not, and answers `speak` by a function of the test. */
class Puppet implements TextToSpeech {
  readonly name = 'puppet';
  readonly spoken: [number, string][] = [];
  listener: TtsListener = () => undefined;

  constructor(private readonly answer: (listener: TtsListener, segment: number) => void = () => undefined) {}

  open(_options: unknown, listener: TtsListener) {
    this.listener = listener;
    return {
      speak: (segment: number, text: string) => {
        this.spoken.push([segment, text]);
        this.answer(listener, segment);
      },
      end: () => undefined,
      abort: () => undefined,
    };
  }
}

describe('a chain of voices', () => {
  it('is named after its providers, and is never empty', () => {
    expect(setUp([{ name: 'openai' }, { name: 'flite' }]).tts.name).toBe('openai>flite');
    expect(() => setUp([])).toThrow(RangeError);
  });

  it('tells what one voice tells, and opens no other', async () => {
    const chain = setUp([{ timings: 'ahead' }, {}]);
    const alone = setUp([{ timings: 'ahead' }]);
    for (const { open, listen } of [chain, alone]) {
      const stream = open();
      stream.speak(0, TEXT);
      stream.speak(1, 'Bye.');
      stream.end();
      await listen();
    }
    expect(chain.events).toEqual(alone.events);
    expect(chain.types()).toEqual(['words', 'audio', 'segment.ended', 'ended']);
    expect(chain.voices.map((voice) => voice instanceof SpellingVoice && voice.asked.length)).toEqual([1, 0]);
  });

  it('asks only the first provider for a voice by its name, unless it is told the names', async () => {
    const asked = async (options: Partial<TtsOptions>) => {
      const { open, listen, voices } = setUp([{ plans: [{ failsAfterChars: 0 }] }, {}]);
      open(undefined, options);
      await listen();
      return voices.flatMap((voice) => (voice instanceof SpellingVoice ? voice.asked.map((given) => given.voice) : []));
    };
    expect(await asked({})).toEqual(['slt', '']);
    const voices = { v1: 'one', v2: 'two' };
    expect(await asked({ voice: '', voices })).toEqual(['one', 'two']);
    expect(await asked({ voices })).toEqual(['slt', 'two']);
    expect(await asked({ voice: '', voices: { v3: 'three' } })).toEqual(['', '']);
  });

  it('lets the next voice speak the rest of the sentence, and what follows', async () => {
    const { open, listen, said, events, outcomes } = setUp([{ plans: [{ failsAfterChars: 18 }] }, {}]);
    const stream = open();
    stream.speak(0, TEXT);
    stream.speak(1, 'Bye.');
    stream.end();
    await listen();
    expect(said(0)).toEqual(['1:Your balance is fo', '2:forty dollars.']);
    expect(said(1)).toEqual(['2:Bye.']);
    expect([count(events, 'segment.ended'), count(events, 'ended')]).toEqual([2, 1]);
    expect(outcomes).toEqual([
      { kind: 'tts', provider: 'v1', code: 'unavailable', status: undefined, next: 'v2', gaveUp: false, midway: true },
    ]);
  });

  it('goes by the pace that a voice has had so far', async () => {
    const slow = { pace: 0.5, plans: [{ failsAfterChars: 48 }] };
    const { open, listen, events } = setUp([slow, {}]);
    const stream = open();
    stream.speak(0, TEXT);
    stream.speak(1, TEXT);
    await listen();
    const rest = events.flatMap((event) => (event.type === 'audio' && event.segment === 1 ? [event.chunk] : []));
    const second = Buffer.concat(rest).subarray(18 * 200 * 2);
    expect(spelled(second)).toEqual([{ mark: 2, text: 'forty dollars.', broken: false }]);
    stream.abort();
  });

  it('keeps word timings those of the whole sentence', async () => {
    const { open, listen, words } = setUp([
      { timings: 'ahead', plans: [{ failsAfterChars: 18 }] },
      { timings: 'ahead' },
    ]);
    open().speak(0, TEXT);
    await listen();
    expect(words().map((timed) => timed.map(({ text }) => text).join(' '))).toEqual([TEXT, '', TEXT]);
    const msPerChar = 1000 / 13;
    const last = words()[2]?.map(({ startMs }) => Math.round(startMs / msPerChar));
    // The third word ends at character 15; the next voice begins at 18.
    expect(last).toEqual([0, 5, 13, 18, 24]);
  });

  it('takes timings back when the next voice gives none', async () => {
    const { open, listen, words } = setUp([{ timings: 'ahead', plans: [{ failsAfterChars: 18 }] }, {}]);
    open().speak(0, TEXT);
    await listen();
    expect(words().map((timed) => timed.length)).toEqual([5, 0]);
  });

  it('tells no timings of the half that has some', async () => {
    const { open, listen, words } = setUp([{ plans: [{ failsAfterChars: 18 }] }, { timings: 'ahead' }]);
    const stream = open();
    stream.speak(0, TEXT);
    await listen();
    expect(words()).toEqual([]);
    stream.speak(1, 'Bye now.');
    await listen();
    expect(words().map((timed) => timed.length)).toEqual([2]);
  });

  it('ends a sentence of which only the end was missing', async () => {
    const { open, listen, said, events } = setUp([{ plans: [{ failsAfterChars: 30 }] }, {}]);
    const stream = open();
    stream.speak(0, TEXT);
    stream.speak(1, 'Bye.');
    await listen();
    expect(said(0)).toEqual([`1:${TEXT}`]);
    expect(said(1)).toEqual(['2:Bye.']);
    expect(count(events, 'segment.ended')).toBe(2);
    stream.abort();
  });

  it('needs no other voice when everything was spoken', async () => {
    const { open, listen, events, voices, outcomes } = setUp([{ plans: [{ failsAfterChars: 30, closes: true }] }, {}]);
    const stream = open();
    stream.speak(0, TEXT);
    stream.end();
    await listen();
    expect(events.slice(-2)).toEqual([{ type: 'segment.ended', segment: 0 }, { type: 'ended' }]);
    expect((voices[1] as SpellingVoice).asked).toEqual([]);
    expect(outcomes).toMatchObject([{ code: 'closed_early', next: undefined, gaveUp: false }]);
  });

  it('takes a stream that ended before its time for a dead one', async () => {
    const { open, listen, said, outcomes } = setUp([{ plans: [{ failsAfterChars: 12, closes: true }] }, {}]);
    open().speak(0, TEXT);
    await listen();
    expect(said(0)).toEqual(['1:Your balance', '2:is forty dollars.']);
    expect(outcomes).toMatchObject([{ code: 'closed_early', next: 'v2' }]);
  });

  it('passes over a voice whose breaker is open', async () => {
    const { tts, open, listen, voices, health } = setUp([{ later: { failsAfterChars: 0 } }, {}]);
    for (let reply = 0; reply < 3; reply += 1) {
      open();
      await listen();
    }
    expect(health.statuses()[0]).toMatchObject({ kind: 'tts', provider: 'v1', state: 'open' });
    tts.open(OPTIONS, () => undefined).abort();
    expect(voices.map((voice) => (voice as SpellingVoice).asked.length)).toEqual([3, 4]);
  });

  it('tries a chain of one again, and says then what was asked for meanwhile', async () => {
    const { open, listen, said, clock, events } = setUp([{ plans: [{ failsAfterChars: 5 }] }]);
    const stream = open();
    stream.speak(0, 'Hello there.');
    await listen();
    expect(clock.waiting).toBe(1);
    stream.speak(1, 'Bye.');
    stream.end();
    await listen(250);
    expect([said(0), said(1)]).toEqual([['1:Hellothere.'], ['1:Bye.']]);
    expect(events.at(-1)).toEqual({ type: 'ended' });
  });

  it('ends a stream that waits for a voice when nothing is left to say', async () => {
    const { open, listen, events, clock } = setUp([{ plans: [{ failsAfterChars: 0 }] }]);
    const stream = open();
    await listen();
    expect(clock.waiting).toBe(1);
    stream.end();
    expect(events).toEqual([]);
    await listen();
    expect(events).toEqual([{ type: 'ended' }]);
    expect(clock.waiting).toBe(0);
  });

  it('fails once when everyone has failed, at the segment that was being spoken', async () => {
    const dead = { later: { failsAfterChars: 0, error: failure('v2', false) } };
    const { open, listen, events, outcomes, clock, running } = setUp([{ later: { failsAfterChars: 20 } }, dead]);
    const stream = open();
    stream.speak(0, 'Hello there.');
    stream.speak(1, TEXT);
    stream.end();
    await listen(5000);
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      segment: 1,
      error: { code: 'unavailable', retryable: true },
    });
    expect([count(events, 'failed'), count(events, 'ended')]).toEqual([1, 0]);
    expect(outcomes.at(-1)).toMatchObject({ next: undefined, gaveUp: true });
    const seen = events.length;
    stream.speak(2, 'No.');
    stream.end();
    stream.abort();
    await listen(5000);
    expect(events).toHaveLength(seen);
    expect([running(), clock.waiting]).toEqual([[0, 0], 0]);
  });

  it('leaves nothing behind when it is aborted, also while it waits', async () => {
    const { open, listen, events, clock, running } = setUp([{ plans: [{ failsAfterChars: 5 }] }]);
    const waiting = open();
    waiting.speak(0, TEXT);
    await listen();
    expect(clock.waiting).toBe(1);
    waiting.abort();
    const speaking = open();
    speaking.speak(0, TEXT);
    await clock.advance(0);
    speaking.abort();
    const seen = events.length;
    await listen(60_000);
    expect([events.length, clock.waiting, running()]).toEqual([seen, 0, [0]]);
  });

  it('is silent when the listener aborts while the next one takes over', async () => {
    for (const at of ['words', 'segment.ended'] as const) {
      const failsAfterChars = at === 'words' ? 12 : 30;
      const { open, listen, events, running } = setUp([{ timings: 'ahead', plans: [{ failsAfterChars }] }, {}]);
      const stream = open((event) => {
        if (event.type === at && (event.type !== 'words' || event.words.length === 0)) stream.abort();
      });
      stream.speak(0, TEXT);
      stream.speak(1, TEXT);
      await listen();
      expect(events.at(-1)?.type).toBe(at);
      expect(running()).toEqual([0, 0]);
    }
  });

  it('may be told more from within its own events', async () => {
    const { open, listen, said } = setUp([{ plans: [{ failsAfterChars: 12 }] }, {}]);
    let next = 1;
    const stream = open((event) => {
      if (event.type !== 'segment.ended' || next > 2) return;
      stream.speak(next, `Part ${next}.`);
      next += 1;
    });
    stream.speak(0, 'Hello there.');
    await listen();
    expect([said(1), said(2)]).toEqual([['2:Part 1.'], ['2:Part 2.']]);
    stream.abort();
  });

  it('keeps the order with a voice that answers at once, and is told more while it does', () => {
    const prompt = new Puppet((listener, segment) => {
      listener({ type: 'audio', segment, chunk: new Uint8Array(2) });
      listener({ type: 'segment.ended', segment });
    });
    const { open, events } = setUp([prompt]);
    let last = 0;
    const stream = open((event) => {
      if (event.type !== 'segment.ended' || last >= 3) return;
      last += 1;
      stream.speak(last, `Part ${last}.`);
    });
    stream.speak(0, 'Part 0.');
    expect(prompt.spoken.map(([segment]) => segment)).toEqual([0, 1, 2, 3]);
    expect(events.flatMap((event) => (event.type === 'segment.ended' ? [event.segment] : []))).toEqual([0, 1, 2, 3]);
  });

  it('goes on when a voice dies while it is given what is left', async () => {
    const dies = new Puppet((listener, segment) => {
      listener({ type: 'failed', segment, error: failure('puppet') });
    });
    const { open, listen, said } = setUp([{ plans: [{ failsAfterChars: 12 }] }, dies, {}]);
    const stream = open();
    stream.speak(0, 'Hello there.');
    stream.speak(1, 'Bye.');
    stream.speak(2, 'Bye!');
    stream.end();
    await listen();
    expect(dies.spoken).toEqual([[0, 'Bye.']]);
    expect([said(1), said(2)]).toEqual([['3:Bye.'], ['3:Bye!']]);
  });

  it('does not listen to a voice that is gone', async () => {
    const gone = new Puppet();
    const { open, listen, events } = setUp([gone, {}]);
    const stream = open();
    stream.speak(0, 'Hello.');
    gone.listener({ type: 'failed', segment: 0, error: failure('puppet') });
    gone.listener({ type: 'audio', segment: 0, chunk: new Uint8Array(2) });
    gone.listener({ type: 'segment.ended', segment: 0 });
    gone.listener({ type: 'ended' });
    expect(events).toEqual([]);
    await listen();
    expect(count(events, 'segment.ended')).toBe(1);
    stream.abort();
  });

  it('is silent after an abort at the first of two things that a death brings', () => {
    const puppet = new Puppet();
    const { open, types } = setUp([puppet]);
    const stream = open((event) => {
      if (event.type === 'words' && event.words.length === 0) stream.abort();
    });
    stream.speak(0, 'Hello there.');
    puppet.listener({ type: 'words', segment: 0, words: [{ text: 'Hello', startMs: 0, endMs: 100 }] });
    puppet.listener({ type: 'audio', segment: 0, chunk: new Uint8Array(SPELLING_RATE * 2 * 5) });
    puppet.listener({ type: 'failed', segment: 0, error: failure('puppet') });
    expect(types()).toEqual(['words', 'audio']);
  });

  it('survives a voice that throws when it is opened, and tells nothing before open has returned', async () => {
    const broken: TextToSpeech = {
      name: 'broken',
      open: () => {
        throw new TypeError('with a secret');
      },
    };
    const { open, listen, said, outcomes } = setUp([broken, {}]);
    open().speak(0, 'Hello.');
    expect(outcomes).toEqual([]);
    await listen();
    expect(said(0)).toEqual(['2:Hello.']);
    const alone = setUp([broken]);
    alone.open();
    expect(alone.events).toEqual([]);
    await alone.listen();
    expect(alone.events).toMatchObject([
      { type: 'failed', segment: 0, error: { provider: 'broken', retryable: false } },
    ]);
    expect(JSON.stringify([outcomes, alone.events])).not.toContain('secret');
  });

  it('decides a probe by its first sentence, and leaves it to the next reply when none was spoken', async () => {
    const health = new ProviderHealth({ failures: 1, openMs: 0, random: () => 1 });
    health.breaker('tts', 'v1').begin().failed(failure('v1'));
    const { clock, open, listen } = setUp([{}], { health });
    await clock.advance(0);
    const state = () => health.statuses()[0]?.state;
    open().abort();
    await listen();
    expect(state()).toBe('open');
    const stream = open();
    expect(state()).toBe('half_open');
    stream.speak(0, 'Hello.');
    await listen();
    expect(state()).toBe('closed');
    stream.abort();
  });
});
