import { ManualClock, settle } from '../../../test/fakes/manual-clock.js';
import { END_OF_TURN_MS, speak, SPEECH_RATE, WORD_MS, WordRecogniser } from '../../../test/fakes/recogniser.js';
import type { RecogniserOptions } from '../../../test/fakes/recogniser.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { ProviderError } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { SpeechToText, SttEvent, SttListener, SttStream } from '../stt.port.js';
import { FallbackStt } from './fallback-stt.js';
import type { FallbackSttOptions } from './fallback-stt.js';

const OPTIONS = { sampleRate: SPEECH_RATE, language: 'en-US', keyTerms: [] } as const;
const failure = (provider: string, retryable = true, retryAfterMs?: number) =>
  new ProviderError('It broke.', {
    provider,
    code: retryable ? 'unavailable' : 'unauthorized',
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

function setUp(recognisers: readonly (RecogniserOptions | SpeechToText)[], options: Partial<FallbackSttOptions> = {}) {
  const clock = new ManualClock();
  const outcomes: ProviderOutcome[] = [];
  const health = options.health ?? new ProviderHealth({ random: () => 1 });
  const providers = recognisers.map((made, n) =>
    'open' in made ? made : new WordRecogniser({ name: `p${n}`, ...made }),
  );
  const stt = new FallbackStt(providers, {
    health,
    retry: new RetryPolicy({ random: () => 1 }),
    after: (ms, action) => clock.after(ms, action),
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  const events: SttEvent[] = [];
  const open = (listener: SttListener = () => undefined): SttStream =>
    stt.open(OPTIONS, (event) => {
      events.push(event);
      listener(event);
    });
  const types = () => events.map(({ type }) => type);
  const text = () => events.flatMap((event) => (event.type === 'transcript.final' ? [event.text] : [])).join(' ');
  const running = () => providers.map((provider) => (provider instanceof WordRecogniser ? provider.running : 0));
  return { clock, outcomes, health, providers, stt, events, open, types, text, running };
}

function feed(stream: SttStream, audio: Uint8Array, chunkMs = 20): void {
  for (let at = 0; at < audio.length; at += chunkMs * 2) stream.push(audio.subarray(at, at + chunkMs * 2));
}

const silence = (ms: number) => new Uint8Array(ms * 2);

/** A recogniser that says what the test makes it say, even when it should not. */
class Puppet implements SpeechToText {
  readonly endpointing = true;
  readonly pushed: number[] = [];
  readonly listeners: SttListener[] = [];

  constructor(
    readonly name: string,
    private readonly onPush: (listener: SttListener) => void = () => undefined,
  ) {}

  open(_options: unknown, listener: SttListener): SttStream {
    this.listeners.push(listener);
    return {
      push: (chunk) => {
        this.pushed.push(chunk.length / 2);
        this.onPush(listener);
      },
      finalize: () => undefined,
      close: () => undefined,
      abort: () => undefined,
    };
  }
}

describe('a chain of recognisers', () => {
  it('is named after its providers, and ends turns on its own when all of them do', () => {
    expect(setUp([{ name: 'deepgram' }, { name: 'pocketsphinx' }]).stt).toMatchObject({
      name: 'deepgram>pocketsphinx',
      endpointing: true,
    });
    expect(setUp([{ name: 'deepgram' }]).stt.name).toBe('deepgram');
    expect(setUp([{}, { endpointing: false }]).stt.endpointing).toBe(false);
    expect(() => setUp([])).toThrow(RangeError);
  });

  it('tells what one provider tells, and uses no other', () => {
    const chain = setUp([{}, {}]);
    const alone = setUp([{}]);
    const speech = speak([[0, 0, 200, 0], [0]], 500);
    for (const { open } of [chain, alone]) feed(open(), speech.audio);
    expect(chain.events).toEqual(alone.events);
    expect(chain.types()).toContain('turn.eager');
    expect(chain.providers.map((provider) => provider instanceof WordRecogniser && provider.opened)).toEqual([1, 0]);
  });

  it('goes on with the next when a stream dies: every word once, at its time', async () => {
    const { open, events, text, outcomes, clock } = setUp([{ plans: [{ failsAfterMs: 200 }] }, {}]);
    const speech = speak([[0, 0, 0, 0, 0]], 400);
    feed(open(), speech.audio);
    await clock.advance(0);
    expect(text()).toBe('w0 w1 w2 w3 w4');
    expect(events.flatMap((event) => (event.type === 'transcript.final' ? event.words : []))).toEqual(speech.words);
    expect(outcomes).toEqual([
      {
        kind: 'stt',
        provider: 'p0',
        code: 'unavailable',
        status: undefined,
        next: 'p1',
        gaveUp: false,
        midway: true,
        replayedMs: 200,
        lostMs: 0,
      },
    ]);
  });

  it('replays in small pieces, and only what is not settled', () => {
    const puppet = new Puppet('puppet');
    const { open } = setUp([{ finalEvery: 2, plans: [{ failsAfterMs: 700 }] }, puppet]);
    feed(open(), speak([Array.from({ length: 12 }, () => 0)], 0).audio, 700);
    // Of 700 ms, two words at a time of 60 ms each are settled: 600 ms.
    expect(puppet.pushed).toEqual([100, 20]);
    const long = new Puppet('long');
    const other = setUp([{ finalEvery: 100, plans: [{ failsAfterMs: 700 }] }, long]);
    feed(other.open(), speak([Array.from({ length: 12 }, () => 0)], 0).audio, 700);
    expect(long.pushed).toEqual([200, 200, 200, 100, 20]);
  });

  it('has nothing to catch up with after a silence', async () => {
    const puppet = new Puppet('puppet');
    const { open, outcomes } = setUp([{ plans: [{ failsAfterMs: 25_000 }] }, puppet]);
    feed(open(), silence(25_000));
    await settle();
    expect(outcomes[0]).toMatchObject({ midway: false, replayedMs: 500 });
    expect(puppet.pushed.reduce((sum, ms) => sum + ms, 0)).toBe(500);
  });

  it('keeps quiet words that the dead recogniser had noticed', () => {
    const first = new Puppet('first');
    const second = new Puppet('second');
    const { open } = setUp([first, second]);
    const stream = open();
    feed(stream, silence(1000));
    first.listeners[0]?.({ type: 'transcript.partial', text: 'psst' });
    feed(stream, silence(1000));
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    expect(second.pushed.reduce((sum, ms) => sum + ms, 0)).toBe(1500);
  });

  it('says how much was lost when an utterance is longer than what is kept', () => {
    const { open, outcomes, text } = setUp([{ plans: [{ failsAfterMs: 1200 }] }, {}], { maxReplayMs: 600 });
    feed(open(), speak([Array.from({ length: 20 }, () => 0)], 400).audio);
    expect(outcomes[0]).toMatchObject({ replayedMs: 600, lostMs: 600 });
    expect(text()).toBe('w10 w11 w12 w13 w14 w15 w16 w17 w18 w19');
  });

  it('begins the next call with the first provider, and within a call does not move back', async () => {
    const { open, providers } = setUp([{ plans: [{ failsAfterMs: 100 }] }, {}]);
    const call = open();
    feed(call, speak([[0], [0], [0]], 1000).audio);
    const opened = () => providers.map((provider) => (provider as WordRecogniser).opened);
    expect(opened()).toEqual([1, 1]);
    call.abort();
    open().abort();
    expect(opened()).toEqual([2, 1]);
    await settle();
  });

  it('passes over a provider whose breaker is open', async () => {
    const { open, providers, health, stt } = setUp([{ later: { failsAfterMs: 0 } }, {}]);
    for (let call = 0; call < 3; call += 1) {
      const stream = open();
      await settle();
      stream.abort();
    }
    expect(health.statuses()).toMatchObject([
      { provider: 'p0', state: 'open' },
      { provider: 'p1', state: 'closed' },
    ]);
    stt.open(OPTIONS, () => undefined).abort();
    expect(providers.map((provider) => (provider as WordRecogniser).opened)).toEqual([3, 4]);
  });

  it('tries a chain of one again, and loses nothing that is said meanwhile', async () => {
    const { open, text, clock, outcomes } = setUp([{ plans: [{ failsAfterMs: 100 }] }]);
    const stream = open();
    const speech = speak([[0, 0, 0, 0, 0]], 400);
    feed(stream, speech.audio.subarray(0, 400));
    expect(outcomes).toMatchObject([{ provider: 'p0', next: 'p0' }]);
    expect(text()).toBe('');
    await clock.advance(250);
    feed(stream, speech.audio.subarray(400));
    expect(text()).toBe('w0 w1 w2 w3 w4');
  });

  it('waits as long as the only provider asks', async () => {
    const plans = [{ failsAfterMs: 0, error: failure('p0', true, 2000) }];
    const { open, providers, clock } = setUp([{ plans }]);
    open();
    await clock.advance(1999);
    expect((providers[0] as WordRecogniser).opened).toBe(1);
    await clock.advance(1);
    expect((providers[0] as WordRecogniser).opened).toBe(2);
  });

  it('fails once when everyone has failed, with an error that says whether to try again', async () => {
    const dead = { later: { failsAfterMs: 0, error: failure('p0', false) } };
    const { open, events, clock, outcomes, running } = setUp([dead, { later: { failsAfterMs: 0 } }]);
    const stream = open();
    stream.push(speak([[0]], 0).audio);
    await clock.advance(10_000);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'failed',
      error: { code: 'unavailable', retryable: true, message: expect.stringContaining('p0 unauthorized') as string },
    });
    expect(outcomes.map(({ provider, next, gaveUp }) => [provider, next, gaveUp])).toEqual([
      ['p0', 'p1', false],
      ['p1', 'p1', false],
      ['p1', undefined, true],
    ]);
    stream.push(silence(100));
    stream.finalize();
    stream.close();
    stream.abort();
    await clock.advance(10_000);
    expect(events).toHaveLength(1);
    expect(running()).toEqual([0, 0]);
    expect(clock.waiting).toBe(0);
  });

  it('opens an eager end of turn again when its recogniser dies, and ends it once', async () => {
    const { open, types, clock } = setUp([{ plans: [{ failsAfterMs: 240 }] }, {}]);
    feed(open(), speak([[0]], 700).audio);
    await clock.advance(5000);
    expect(types()).toEqual([
      'speech.started',
      'transcript.partial',
      'turn.eager',
      'turn.resumed',
      'transcript.partial',
      'turn.eager',
      'transcript.final',
      'speech.stopped',
      'turn.ended',
    ]);
  });

  it('ends a turn whose words were settled before its recogniser died', async () => {
    const { open, types, clock } = setUp([{ finalEvery: 1, plans: [{ failsAfterMs: 200 }] }, {}]);
    const stream = open();
    feed(stream, speak([[0, 0]], 200).audio);
    expect(types()).not.toContain('turn.ended');
    for (let ms = 0; ms < 1480; ms += 20) {
      stream.push(silence(20));
      await clock.advance(20);
    }
    expect(types()).not.toContain('turn.ended');
    await clock.advance(20);
    expect(types().slice(-2)).toEqual(['speech.stopped', 'turn.ended']);
    expect(types().filter((type) => type === 'speech.started')).toHaveLength(1);
    await clock.advance(10_000);
    expect(types().filter((type) => type === 'turn.ended')).toHaveLength(1);
  });

  it('does not end that turn when the caller goes on', async () => {
    const { open, types, text, clock } = setUp([{ finalEvery: 1, plans: [{ failsAfterMs: 200 }] }, { lagMs: 400 }]);
    const stream = open();
    feed(stream, speak([[0, 0]], 100).audio);
    await clock.advance(1300);
    feed(stream, speak([[0, 0, 0, 0, 0]], 0).audio);
    await clock.advance(300);
    expect(types()).not.toContain('turn.ended');
    feed(stream, silence(1000));
    expect(types().filter((type) => type === 'turn.ended')).toHaveLength(1);
    expect(text().split(' ')).toHaveLength(7);
  });

  it('keeps what a deaf one has not settled, although it has ended the turn', () => {
    const deaf = { failsAfterMs: 250, deafMs: 249 };
    const { open, events } = setUp([{ plans: [deaf] }, {}]);
    const stream = open();
    const first = speak([[0, 0]], 0);
    feed(stream, first.audio);
    stream.finalize();
    feed(stream, speak([[0, 0, 0]], 20).audio);
    const told = events.flatMap((event) =>
      event.type === 'transcript.final' || event.type === 'turn.ended' ? [event.type] : [],
    );
    // The dead one answered at once, with nothing; what was said is settled all the same.
    expect(told).toEqual(['turn.ended']);
    stream.finalize();
    const texts = events.flatMap((event) => (event.type === 'transcript.final' ? [event.text] : []));
    expect(texts).toEqual(['w0 w1 w0 w1 w2']);
  });

  it('settles at the mark of finalize when its recogniser dies before it answers', () => {
    const first = new Puppet('first');
    const { open, events } = setUp([first, {}]);
    const stream = open();
    feed(stream, speak([[0, 0]], 0).audio);
    stream.finalize();
    feed(stream, speak([[0, 0, 0]], 20).audio);
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    stream.finalize();
    const told = events.flatMap((event) => {
      if (event.type === 'transcript.final') return [event.text];
      return event.type === 'turn.ended' ? ['|'] : [];
    });
    expect(told).toEqual(['w0 w1', '|', 'w0 w1 w2', '|']);
  });

  it('tells nothing of turns when not everyone ends them, unless it was asked to end one', () => {
    const { open, types, text } = setUp([{ finalEvery: 1 }, { endpointing: false }]);
    const stream = open();
    feed(stream, speak([[200, 0], [0]], 500).audio);
    expect(text()).toBe('w0 w1 w2');
    expect(types().filter((type) => type.startsWith('turn.'))).toEqual([]);
    expect(types()).toContain('speech.stopped');
    feed(stream, speak([[0]], 0).audio);
    stream.finalize();
    expect(types().filter((type) => type.startsWith('turn.'))).toEqual(['turn.ended']);
  });

  it('takes a stream that closed without being asked for a dead one', () => {
    const { open, text, outcomes } = setUp([{ plans: [{ failsAfterMs: 100, closes: true }] }, {}]);
    feed(open(), speak([[0, 0, 0]], 400).audio);
    expect(text()).toBe('w0 w1 w2');
    expect(outcomes).toMatchObject([{ code: 'closed_early', next: 'p1' }]);
  });

  it('finishes with the next when the stream dies while it is being closed', async () => {
    const first = new Puppet('first');
    const { open, types, text, clock } = setUp([first, {}]);
    const stream = open();
    feed(stream, speak([[0, 0]], 100).audio);
    stream.close();
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    await clock.advance(0);
    expect(text()).toBe('w0 w1');
    expect(types().at(-1)).toBe('closed');
  });

  it('is closed when it dies while it is being closed and everything is settled', () => {
    const first = new Puppet('first');
    const { open, events, outcomes } = setUp([first]);
    const stream = open();
    stream.push(silence(100));
    stream.close();
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    expect(events).toEqual([{ type: 'closed' }]);
    expect(outcomes).toMatchObject([{ provider: 'first', next: undefined, gaveUp: false }]);
  });

  it('leaves nothing behind when it is aborted, also while it waits', async () => {
    const { open, events, clock, running } = setUp([{ plans: [{ failsAfterMs: 0 }] }]);
    const stream = open();
    await settle();
    expect(clock.waiting).toBe(1);
    stream.abort();
    expect(clock.waiting).toBe(0);
    const other = open();
    feed(other, speak([[0]], 0).audio);
    other.abort();
    const seen = events.length;
    feed(other, speak([[0]], 500).audio);
    await clock.advance(60_000);
    expect(events).toHaveLength(seen);
    expect(running()).toEqual([0]);
    expect(clock.waiting).toBe(0);
  });

  it('is silent when the listener aborts while the next one takes over', async () => {
    const { open, stt, types, running, clock } = setUp([{ plans: [{ failsAfterMs: 240 }] }, {}]);
    expect(stt.name).toBe('p0>p1');
    const stream = open((event) => {
      if (event.type === 'turn.resumed') stream.abort();
    });
    feed(stream, speak([[0]], 700).audio);
    await clock.advance(10_000);
    expect(types().at(-1)).toBe('turn.resumed');
    expect(running()).toEqual([0, 0]);
  });

  it('does not listen to a stream that is gone', async () => {
    const first = new Puppet('first');
    const { open, events } = setUp([first, new Puppet('second')]);
    open();
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    first.listeners[0]?.({ type: 'transcript.partial', text: 'from beyond' });
    first.listeners[0]?.({ type: 'failed', error: failure('first') });
    await settle();
    expect(events).toEqual([]);
  });

  it('survives providers that die while they are fed the replay', () => {
    const dies = new Puppet('dies', (listener) => {
      listener({ type: 'failed', error: failure('dies', false) });
    });
    const { open, text, outcomes } = setUp([{ plans: [{ failsAfterMs: 100 }] }, dies, {}]);
    feed(open(), speak([[0, 0, 0]], 400).audio);
    expect(text()).toBe('w0 w1 w2');
    expect(outcomes.map(({ next }) => next)).toEqual(['dies', 'p2']);
    expect(dies.pushed).toHaveLength(1);
  });

  it('gives up on providers that die after every final and never get on', async () => {
    const stuck = () =>
      new Puppet('stuck', (listener) => {
        listener({ type: 'transcript.final', text: 'again', words: [], confidence: 1, audioMs: 0 });
        listener({ type: 'failed', error: failure('stuck') });
      });
    const { open, types, clock } = setUp([stuck(), stuck()]);
    feed(open(), speak([[0]], 0).audio);
    await clock.advance(10_000);
    expect(types().at(-1)).toBe('failed');
    expect(types().length).toBeLessThan(10);
  });

  it('does not take for settled what it has not replayed yet', async () => {
    // Settles more than it was given, as a vendor that rounds up might; then dies.
    let pieces = 0;
    const hasty = new Puppet('hasty', (listener) => {
      pieces += 1;
      if (pieces === 1) {
        listener({ type: 'transcript.final', text: 'w0', words: [], confidence: 1, audioMs: 250 });
        listener({ type: 'turn.ended' });
      } else listener({ type: 'failed', error: failure('hasty') });
    });
    const last = new Puppet('last');
    const first = { finalEvery: 100, plans: [{ failsAfterMs: 700 }], later: { failsAfterMs: 0 } };
    const { open } = setUp([first, hasty, last]);
    feed(open(), speak([Array.from({ length: 12 }, () => 0)], 0).audio, 700);
    await settle();
    expect(hasty.pushed).toEqual([200, 200]);
    // 200 of 720 ms were settled.
    expect(last.pushed.reduce((sum, ms) => sum + ms, 0)).toBe(520);
  });

  it('survives a provider that throws when it is opened, and tells nothing before open has returned', async () => {
    const broken: SpeechToText = {
      name: 'broken',
      endpointing: true,
      open: () => {
        throw new TypeError('with a secret');
      },
    };
    const { open, text, outcomes } = setUp([broken, {}]);
    const stream = open();
    expect(outcomes).toEqual([]);
    await settle();
    feed(stream, speak([[0]], 400).audio);
    expect(text()).toBe('w0');
    const alone = setUp([broken]);
    alone.open();
    expect(alone.events).toEqual([]);
    await settle();
    expect(alone.events).toMatchObject([{ type: 'failed', error: { provider: 'broken', retryable: false } }]);
    expect(JSON.stringify([outcomes, alone.events])).not.toContain('secret');
  });

  it('counts a quiet stream as working once it has lived long enough', async () => {
    const health = new ProviderHealth({ failures: 1, openMs: 0, random: () => 1 });
    health.breaker('stt', 'p0').begin().failed(failure('p0'));
    await settle();
    const { open, clock } = setUp([{}], { health });
    const stream = open();
    expect(health.statuses()[0]?.state).toBe('half_open');
    await clock.advance(10_000);
    expect(health.statuses()[0]?.state).toBe('closed');
    stream.abort();
  });

  describe('while the network is away', () => {
    const { audio, turns } = speak(
      [
        [20, 20, 20],
        [20, 20],
      ],
      500,
    );
    /** To the end of its last word. */
    const FIRST_TURN_MS = 3 * WORD_MS + 2 * 20;
    const whole = Array.from({ length: 5 }, (_, n) => `w${n}`).join(' ');

    it('takes nothing for silence: wherever it was cut, every word is heard once, and the turn ends', async () => {
      for (let at = 0; at < audio.length; at += 14) {
        const { open, text, types, clock, running, outcomes } = setUp([{ finalEvery: 1, lagMs: 30 }]);
        const stream = open();
        feed(stream, audio.subarray(0, at));
        const before = types().length;
        stream.suspend?.();
        expect(running()).toEqual([0]);
        await clock.advance(25_000);
        expect(types().slice(before)).not.toContain('turn.ended');
        feed(stream, audio.subarray(at));
        await clock.advance(2000);
        expect([at, text()]).toEqual([at, whole]);
        // Between the last word of a turn and its end, the next turn is its continuation: nobody has answered it yet.
        const between = at / 2 > FIRST_TURN_MS && at / 2 < FIRST_TURN_MS + END_OF_TURN_MS + 60;
        const ended = types().filter((type) => type === 'turn.ended').length;
        expect([at, between || ended === turns.length]).toEqual([at, true]);
        expect(types().at(-1)).toBe('turn.ended');
        // Nobody has failed.
        expect(outcomes).toEqual([]);
        stream.abort();
      }
    });

    it('ends well when it is closed meanwhile, and opens nothing for it', async () => {
      const { open, types, running } = setUp([{}]);
      const stream = open();
      feed(stream, audio.subarray(0, 100));
      stream.suspend?.();
      stream.suspend?.();
      stream.close();
      await settle();
      expect(types().at(-1)).toBe('closed');
      expect(running()).toEqual([0]);
    });
  });
});
