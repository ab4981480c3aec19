import * as fc from 'fast-check';
import type { SttEvent } from '../stt.port.js';
import { endNow, initialNovaState, mapClose, mapResults, mapSpeechStarted, mapUtteranceEnd } from './map-nova-event.js';
import type { NovaState } from './map-nova-event.js';
import { resultsSchema } from './wire.schema.js';
import type { Results } from './wire.schema.js';

type Step = (state: NovaState) => readonly [NovaState, readonly SttEvent[]];

/** Words of half a second each from `start` (s); the window ends with the last word unless `end` says otherwise. */
function results(text: string, start: number, options: Partial<Results> & { end?: number; from?: number } = {}): Step {
  const words = text === '' ? [] : text.split(' ');
  const from = options.from ?? start;
  const end = options.end ?? from + words.length / 2;
  const message = resultsSchema.parse({
    type: 'Results',
    start,
    duration: end - start,
    channel: {
      alternatives: [
        {
          transcript: text,
          confidence: 0.9,
          words: words.map((word, at) => ({
            word: word.toLowerCase(),
            punctuated_word: word,
            start: from + at / 2,
            end: from + at / 2 + 0.5,
            confidence: 0.8,
          })),
        },
      ],
    },
    is_final: options.is_final,
    speech_final: options.speech_final,
    from_finalize: options.from_finalize,
  });
  return (state) => mapResults(state, message);
}

const final = (text: string, start: number, options: Partial<Results> & { end?: number; from?: number } = {}): Step =>
  results(text, start, { ...options, is_final: true });
const speechStarted =
  (timestamp: number): Step =>
  (state) =>
    mapSpeechStarted(state, { timestamp });
const utteranceEnd =
  (lastWordEnd: number): Step =>
  (state) =>
    mapUtteranceEnd(state, { last_word_end: lastWordEnd });
const finalizeSent: Step = (state) => [{ ...state, finalizing: true }, []];

function run(...steps: Step[]): SttEvent[] {
  let state = initialNovaState;
  return steps.flatMap((step) => {
    const [next, events] = step(state);
    state = next;
    return [...events];
  });
}

/** Events in a line each: enough to read a whole turn at a glance. */
const told = (events: readonly SttEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'transcript.partial' || event.type === 'transcript.final') return `${event.type} ${event.text}`;
    if (event.type === 'speech.started' || event.type === 'speech.stopped') return `${event.type} ${event.audioMs}`;
    return event.type;
  });

describe('Nova messages', () => {
  it('tell a turn from its first sound to its end', () => {
    expect(
      told(
        run(
          speechStarted(0.4),
          results('Hello', 0, { from: 0.5 }),
          results('Hello there', 0, { from: 0.5 }),
          final('Hello there.', 0, { from: 0.5, end: 2, speech_final: true }),
          utteranceEnd(1.5),
        ),
      ),
    ).toEqual([
      'speech.started 400',
      'transcript.partial Hello',
      'transcript.partial Hello there',
      'transcript.final Hello there.',
      'speech.stopped 1500',
      'turn.ended',
    ]);
  });

  it('give a final its words in ms, as written, with confidences', () => {
    const events = run(final('Hi You', 0, { from: 1 }));
    expect(events[1]).toEqual({
      type: 'transcript.final',
      text: 'Hi You',
      words: [
        { text: 'Hi', startMs: 1000, endMs: 1500, confidence: 0.8 },
        { text: 'You', startMs: 1500, endMs: 2000, confidence: 0.8 },
      ],
      confidence: 0.9,
      audioMs: 2000,
    });
  });

  it('keep several finals in one turn', () => {
    expect(told(run(final('one two', 0), final('three', 1, { speech_final: true })))).toEqual([
      'speech.started 0',
      'transcript.final one two',
      'transcript.final three',
      'speech.stopped 1500',
      'turn.ended',
    ]);
  });

  it('end a turn by UtteranceEnd alone, and settle the words that only an interim brought', () => {
    expect(told(run(final('one', 0), results('two', 0.5), utteranceEnd(1)))).toEqual([
      'speech.started 0',
      'transcript.final one',
      'transcript.partial two',
      'transcript.final two',
      'speech.stopped 1000',
      'turn.ended',
    ]);
  });

  it('drop the late final of words that an interim settled', () => {
    const late = told(
      run(results('two', 0), utteranceEnd(0.5), final('two', 0, { speech_final: true }), final('three', 0.5)),
    );
    expect(late.filter((line) => line.includes('two'))).toEqual(['transcript.partial two', 'transcript.final two']);
    expect(late.at(-1)).toBe('transcript.final three');
  });

  it('take only the new words of a window that begins before the last final ends', () => {
    expect(told(run(results('one two', 0), utteranceEnd(1), final('one two three', 0)))).toEqual([
      'speech.started 0',
      'transcript.partial one two',
      'transcript.final one two',
      'speech.stopped 1000',
      'turn.ended',
      'speech.started 1000',
      'transcript.final three',
    ]);
  });

  it('ignore a final that is sent twice', () => {
    const twice = final('one', 0, { speech_final: true });
    expect(told(run(twice, twice)).filter((line) => line === 'turn.ended' || line.includes('final'))).toEqual([
      'transcript.final one',
      'turn.ended',
    ]);
  });

  it('keep a newer interim when an old final comes again', () => {
    const old = final('one', 0);
    expect(told(run(old, results('two', 0.5), old, utteranceEnd(1))).slice(-3)).toEqual([
      'transcript.final two',
      'speech.stopped 1000',
      'turn.ended',
    ]);
  });

  it('keep the turn open when an old end of speech comes again and the caller has gone on', () => {
    const old = final('one', 0, { speech_final: true });
    expect(told(run(final('one', 0), results('two', 0.5), old)).at(-1)).toBe('transcript.partial two');
  });

  it('settle an interim whose final comes back without words', () => {
    expect(told(run(results('Yeah', 0), final('', 0, { end: 2, speech_final: true })))).toEqual([
      'speech.started 0',
      'transcript.partial Yeah',
      'transcript.final Yeah',
      'speech.stopped 500',
      'turn.ended',
    ]);
  });

  it('never end a turn without words', () => {
    expect(
      told(run(speechStarted(1), final('', 0, { end: 3, speech_final: true }), utteranceEnd(-1), utteranceEnd(2))),
    ).toEqual(['speech.started 1000', 'speech.stopped 3000']);
  });

  it('say that speech stopped when a sound came to nothing, so that the next one is heard', () => {
    expect(told(run(speechStarted(1), final('', 0, { end: 3 }), speechStarted(4)))).toEqual([
      'speech.started 1000',
      'speech.stopped 3000',
      'speech.started 4000',
    ]);
  });

  it('ignore an UtteranceEnd about words before this turn, or before the caller went on', () => {
    expect(
      told(run(final('one', 0, { speech_final: true }), results('two', 0.5, { from: 3 }), utteranceEnd(0.5))),
    ).toEqual([
      'speech.started 0',
      'transcript.final one',
      'speech.stopped 500',
      'turn.ended',
      'speech.started 3000',
      'transcript.partial two',
    ]);
    expect(told(run(final('one', 0), results('two', 0.5, { from: 3 }), utteranceEnd(0.5))).at(-1)).toBe(
      'transcript.partial two',
    );
  });

  it('do not repeat a partial that has not changed, nor tell empty ones', () => {
    expect(told(run(results('one', 0), results('one', 0, { end: 1 }), results('', 0, { end: 2 })))).toEqual([
      'speech.started 0',
      'transcript.partial one',
    ]);
  });

  describe('after Finalize', () => {
    it('only the flushed result ends the turn, however many ends of speech come before it', () => {
      expect(
        told(
          run(
            results('one two', 0),
            finalizeSent,
            final('one', 0, { speech_final: true }),
            utteranceEnd(0.5),
            final('two', 0.5, { from_finalize: true }),
            utteranceEnd(1),
          ),
        ),
      ).toEqual([
        'speech.started 0',
        'transcript.partial one two',
        'transcript.final one',
        'transcript.final two',
        'speech.stopped 1000',
        'turn.ended',
      ]);
    });

    it('a flush without words settles what an interim brought', () => {
      expect(
        told(run(results('one', 0), finalizeSent, final('', 0.5, { end: 0.5, from_finalize: true }))).slice(-3),
      ).toEqual(['transcript.final one', 'speech.stopped 500', 'turn.ended']);
    });

    it('is answered even when nothing was said', () => {
      expect(told(run(finalizeSent, final('', 0, { end: 0, from_finalize: true })))).toEqual(['turn.ended']);
      expect(told(run(finalizeSent, (state) => endNow(state, 700)))).toEqual(['turn.ended']);
    });

    it('the words so far are the turn when no answer comes', () => {
      expect(told(run(results('one', 0), finalizeSent, (state) => endNow(state, 700))).slice(-3)).toEqual([
        'transcript.final one',
        'speech.stopped 500',
        'turn.ended',
      ]);
    });
  });

  it('settle the last interim when the stream is closed, and end a turn only if that was asked for', () => {
    expect(told(run(results('one', 0), (state) => mapClose(state, 900))).at(-1)).toBe('transcript.final one');
    expect(told(run(results('one', 0), finalizeSent, (state) => mapClose(state, 900))).at(-1)).toBe('turn.ended');
  });

  it('keep the grammar of a stream in any order of messages', () => {
    const time = fc.integer({ min: 0, max: 12 }).map((halves) => halves / 2); // a coarse grid: windows meet often
    const anyResults = fc.record({
      start: time,
      length: fc.integer({ min: 0, max: 4 }),
      is_final: fc.boolean(),
      speech_final: fc.boolean(),
      from_finalize: fc.boolean(),
    });
    const anyStep: fc.Arbitrary<Step> = fc.oneof(
      anyResults.map(({ start, length, ...flags }) => results(Array(length).fill('word').join(' '), start, flags)),
      time.map(speechStarted),
      time.map(utteranceEnd),
      fc.constant(finalizeSent),
      fc.constant<Step>((state) => endNow(state, 1000)),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let speaking = false;
        let partial = '';
        let words = 0;
        let state = initialNovaState;
        for (const step of steps) {
          const wasFinalizing = state.finalizing;
          const [next, events] = step(state);
          state = next;
          for (const event of events) {
            if (event.type === 'speech.started') expect(speaking).toBe(false);
            if (event.type === 'speech.stopped') expect(speaking).toBe(true);
            if (event.type === 'speech.started' || event.type === 'speech.stopped') {
              speaking = event.type === 'speech.started';
            }
            if (event.type === 'transcript.partial') {
              expect(event.text).not.toBe('');
              partial = event.text;
            }
            if (event.type === 'transcript.final') {
              expect(event.text).not.toBe('');
              words += 1;
              partial = '';
            }
            if (event.type === 'turn.ended') {
              expect(words > 0 || wasFinalizing).toBe(true);
              expect(partial).toBe('');
              words = 0;
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
