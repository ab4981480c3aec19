import * as fc from 'fast-check';
import type { SttEvent } from '../stt.port.js';
import { endTurn, initialFluxState, mapClose, mapTurnInfo, toStreamMs } from './map-flux-event.js';
import type { FluxState } from './map-flux-event.js';
import { turnInfoSchema } from './wire.schema.js';

type Step = (state: FluxState) => readonly [FluxState, readonly SttEvent[]];
type FluxEvent = 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';

/** The whole turn so far; its words last 0.25 s each from `from` (s), the window ends at `end` (s). */
function turn(event: FluxEvent, text: string, options: { end?: number; index?: number; from?: number } = {}): Step {
  const { from = 0, index = 0 } = options;
  const words = text === '' ? [] : text.split(' ');
  const message = turnInfoSchema.parse({
    type: 'TurnInfo',
    event,
    turn_index: index,
    audio_window_start: from,
    audio_window_end: options.end ?? from + words.length / 4,
    transcript: text,
    words: words.map((word, at) => ({
      word,
      start: from + at / 4,
      end: from + at / 4 + 0.25,
      confidence: at === 0 ? 0.6 : 1,
    })),
    end_of_turn_confidence: 0.5,
  });
  return (state) => mapTurnInfo(state, message);
}

/** Push-to-talk: what the dialect notes when it has put silence (ms) after `atMs` of audio. */
const finalizeSent =
  (atMs: number, ms = 500): Step =>
  (state) => [{ ...state, endAtMs: atMs + 250, inserted: [...state.inserted, { atMs, ms }] }, []];

function run(...steps: Step[]): SttEvent[] {
  let state = initialFluxState;
  return steps.flatMap((step) => {
    const [next, events] = step(state);
    state = next;
    return [...events];
  });
}

const told = (events: readonly SttEvent[]): string[] =>
  events.map((event) => {
    if ('text' in event) return `${event.type} ${event.text}`;
    return 'audioMs' in event ? `${event.type} ${event.audioMs}` : event.type;
  });

describe('Flux messages', () => {
  it('tell a turn with an eager end, a resumption and an end', () => {
    expect(
      told(
        run(
          turn('Update', '', { end: 0.25 }),
          turn('StartOfTurn', 'Hi', { from: 0.5 }),
          turn('Update', 'Hi I', { from: 0.5 }),
          turn('EagerEndOfTurn', 'Hi I', { from: 0.5 }),
          turn('TurnResumed', 'Hi I need', { from: 0.5 }),
          turn('EagerEndOfTurn', 'Hi I need help.', { from: 0.5 }),
          turn('EndOfTurn', 'Hi I need help.', { from: 0.5, end: 3 }),
          turn('Update', '', { index: 1, end: 3.25 }),
        ),
      ),
    ).toEqual([
      'speech.started 500',
      'transcript.partial Hi',
      'transcript.partial Hi I',
      'turn.eager Hi I',
      'turn.resumed',
      'transcript.partial Hi I need',
      'transcript.partial Hi I need help.',
      'turn.eager Hi I need help.',
      'transcript.final Hi I need help.',
      'speech.stopped 1500',
      'turn.ended',
    ]);
  });

  it('give the final words in ms and the mean of their confidences', () => {
    const final = run(turn('EndOfTurn', 'Hi you', { from: 1 })).find((event) => event.type === 'transcript.final');
    expect(final).toEqual({
      type: 'transcript.final',
      text: 'Hi you',
      words: [
        { text: 'Hi', startMs: 1000, endMs: 1250, confidence: 0.6 },
        { text: 'you', startMs: 1250, endMs: 1500, confidence: 1 },
      ],
      confidence: 0.8,
      audioMs: 1500,
    });
  });

  it('do without word times, and without words', () => {
    const untimed = turnInfoSchema.parse({
      event: 'EndOfTurn',
      turn_index: 0,
      audio_window_end: 2,
      transcript: 'Hi you',
      words: [{ word: 'Hi' }, { word: 'you' }],
    });
    const bare = turnInfoSchema.parse({ event: 'EndOfTurn', turn_index: 1, audio_window_end: 4, transcript: 'Bye' });
    const events = run(
      (state) => mapTurnInfo(state, untimed),
      (state) => mapTurnInfo(state, bare),
    );
    expect(events.filter((event) => event.type === 'transcript.final')).toEqual([
      { type: 'transcript.final', text: 'Hi you', words: [], confidence: 0, audioMs: 2000 },
      { type: 'transcript.final', text: 'Bye', words: [], confidence: 0, audioMs: 4000 },
    ]);
  });

  it('end a turn once, and never one without words', () => {
    expect(
      told(run(turn('EndOfTurn', 'Hi'), turn('EndOfTurn', 'Hi'))).filter((line) => line === 'turn.ended'),
    ).toHaveLength(1);
    expect(told(run(turn('EndOfTurn', '', { end: 1 })))).toEqual([]);
  });

  it('ignore a resumption that nothing eager preceded, and what is late from a turn before', () => {
    expect(told(run(turn('TurnResumed', 'Hi')))).not.toContain('turn.resumed');
    expect(
      told(run(turn('EndOfTurn', 'Hi'), turn('StartOfTurn', 'Bye', { index: 1 }), turn('EndOfTurn', 'Hi there'))).at(
        -1,
      ),
    ).toBe('transcript.partial Bye');
  });

  it('settle a turn that Flux left without an end', () => {
    expect(told(run(turn('StartOfTurn', 'Hi'), turn('StartOfTurn', 'Bye', { index: 1, from: 2 })))).toEqual([
      'speech.started 0',
      'transcript.partial Hi',
      'transcript.final Hi',
      'speech.stopped 250',
      'turn.ended',
      'speech.started 2000',
      'transcript.partial Bye',
    ]);
  });

  describe('after push-to-talk', () => {
    it('end the turn when a report has reached into the silence', () => {
      expect(
        told(
          run(
            turn('StartOfTurn', 'Hi'),
            finalizeSent(500),
            turn('Update', 'Hi you', { end: 0.6 }),
            turn('Update', 'Hi you', { end: 0.8 }),
          ),
        ),
      ).toEqual([
        'speech.started 0',
        'transcript.partial Hi',
        'transcript.partial Hi you',
        'transcript.final Hi you',
        'speech.stopped 500',
        'turn.ended',
      ]);
    });

    it('leave out the end that Flux sees later, and what only repeats the turn', () => {
      expect(
        told(
          run(
            turn('StartOfTurn', 'Hi you'),
            finalizeSent(500),
            turn('Update', 'Hi you', { end: 0.8 }),
            turn('EagerEndOfTurn', 'Hi you', { end: 0.9 }),
            turn('TurnResumed', 'Hi you', { end: 1 }),
            turn('EndOfTurn', 'Hi you', { end: 1.2 }),
          ),
        ).slice(-2),
      ).toEqual(['speech.stopped 500', 'turn.ended']);
    });

    it('count what follows in the same turn of Flux as a new turn', () => {
      expect(
        told(
          run(
            turn('StartOfTurn', 'Hi you'),
            finalizeSent(500),
            turn('Update', 'Hi you', { end: 0.8 }),
            turn('Update', 'Hi you and me', { end: 2 }),
            turn('EndOfTurn', 'Hi you and me', { end: 3 }),
          ),
        ).slice(-5),
      ).toEqual([
        'speech.started 500',
        'transcript.partial and me',
        'transcript.final and me',
        'speech.stopped 500',
        'turn.ended',
      ]);
    });

    it('take the inserted silence out of the times that follow', () => {
      const [state] = finalizeSent(1000, 500)(initialFluxState);
      expect([500, 1000, 1200, 1500, 1750].map((ms) => toStreamMs(state, ms))).toEqual([500, 1000, 1000, 1000, 1250]);
      const [twice] = finalizeSent(2000, 500)(state);
      expect(toStreamMs(twice, 3000)).toBe(2000);
    });

    it('is answered even when nothing was said, or when Flux does not report in time', () => {
      expect(told(run(finalizeSent(500), turn('Update', '', { end: 1 })))).toEqual(['turn.ended']);
      expect(told(run(turn('StartOfTurn', 'Hi'), finalizeSent(500), (state) => endTurn(state, 700))).slice(-3)).toEqual(
        ['transcript.final Hi', 'speech.stopped 250', 'turn.ended'],
      );
    });
  });

  it('settle what is pending when the stream is closed', () => {
    expect(told(run(turn('StartOfTurn', 'Hi'), (state) => mapClose(state, 900))).at(-1)).toBe('transcript.final Hi');
    expect(told(run((state) => mapClose(state, 900)))).toEqual([]);
  });

  it('keep the grammar of a stream in any order of messages', () => {
    const anyStep = fc.oneof(
      fc
        .record({
          event: fc.constantFrom<FluxEvent>('Update', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EndOfTurn'),
          words: fc.integer({ min: 0, max: 5 }),
          index: fc.integer({ min: 0, max: 3 }),
          end: fc.integer({ min: 0, max: 20 }).map((quarters) => quarters / 4),
        })
        .map(({ event, words, index, end }) => turn(event, Array(words).fill('word').join(' '), { index, end })),
      fc.integer({ min: 0, max: 5000 }).map((atMs) => finalizeSent(atMs)),
      fc.constant<Step>((state) => endTurn(state, 1000)),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let speaking = false;
        let eager = false;
        let hasFinal = false;
        let state = initialFluxState;
        for (const step of steps) {
          const mayBeEmpty = state.endAtMs !== undefined;
          const [next, events] = step(state);
          state = next;
          for (const event of events) {
            if (event.type === 'speech.started' || event.type === 'speech.stopped') {
              expect(speaking).toBe(event.type === 'speech.stopped');
              speaking = event.type === 'speech.started';
            }
            if ('text' in event) expect(event.text).not.toBe('');
            if (event.type === 'turn.resumed') expect(eager).toBe(true);
            if (event.type === 'turn.eager') eager = true;
            if (event.type === 'turn.resumed' || event.type === 'turn.ended') eager = false;
            if (event.type === 'transcript.final') hasFinal = true;
            if (event.type === 'turn.ended') {
              expect(hasFinal || mayBeEmpty).toBe(true);
              hasFinal = false;
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
