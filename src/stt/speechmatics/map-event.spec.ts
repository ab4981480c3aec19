import type { SttEvent } from '../stt.port.js';
import { endStream, endTurn, initialState, mapFinal, mapPartial } from './map-event.js';
import type { RecognitionState } from './map-event.js';
import type { WireResult, WireTranscript } from './wire.schema.js';

const CONFIDENCE = 0.9;

const word = (content: string, start: number, end = start + 0.3): WireResult => ({
  type: 'word',
  start_time: start,
  end_time: end,
  alternatives: [{ content, confidence: CONFIDENCE }],
});

const mark = (content: string, at: number): WireResult => ({
  type: 'punctuation',
  start_time: at,
  end_time: at,
  attaches_to: 'previous',
  alternatives: [{ content, confidence: 1 }],
});

const message = (transcript: string, ...results: WireResult[]): WireTranscript => ({
  metadata: {
    start_time: results[0]?.start_time ?? 0,
    end_time: results.at(-1)?.end_time ?? 0,
    transcript,
  },
  results,
});

type Step = (state: RecognitionState) => readonly [RecognitionState, readonly SttEvent[]];

function run(...steps: Step[]) {
  const events: SttEvent[] = [];
  let state = initialState;
  for (const step of steps) {
    const [next, more] = step(state);
    state = next;
    events.push(...more);
  }
  const texts = events.flatMap((event) => ('text' in event ? [`${event.type.split('.')[1]} ${event.text}`] : []));
  return { state, events, texts, types: events.map(({ type }) => type) };
}

const partial =
  (...args: Parameters<typeof message>): Step =>
  (state) =>
    mapPartial(state, message(...args));
const final =
  (...args: Parameters<typeof message>): Step =>
  (state) =>
    mapFinal(state, message(...args));

describe('the mapping of Speechmatics’ messages', () => {
  it('settles words with their marks, times and confidence, and takes the provider’s own spacing', () => {
    const { events } = run(
      final('Hello, there. ', word('Hello', 1.2), mark(',', 1.5), word('there', 1.6), mark('.', 1.9)),
    );
    expect(events).toEqual([
      { type: 'speech.started', audioMs: 1200 },
      {
        type: 'transcript.final',
        text: 'Hello, there.',
        confidence: CONFIDENCE,
        audioMs: 1900,
        words: [
          { text: 'Hello,', startMs: 1200, endMs: 1500, confidence: CONFIDENCE },
          { text: 'there.', startMs: 1600, endMs: 1900, confidence: CONFIDENCE },
        ],
      },
    ]);
  });

  it('does not take a mark by itself, or a final that begins with one, for words', () => {
    const { texts } = run(
      final('Hello ', word('Hello', 1)),
      final('. ', mark('.', 1.3)),
      final('? And then ', mark('?', 1.3), word('And', 2), word('then', 2.4)),
    );
    expect(texts).toEqual(['final Hello', 'final And then']);
  });

  it('leaves a mark that opens with the word after it', () => {
    const opens: WireResult = { ...mark('¿', 1), attaches_to: 'next' };
    const { events } = run(final('¿Qué tal? ', opens, word('Qué', 1), word('tal', 1.4), mark('?', 1.7)));
    expect(events[1]).toMatchObject({ text: '¿Qué tal?', words: [{ text: '¿Qué' }, { text: 'tal?' }] });
  });

  it('says a partial once, says it again when it changes, and forgets one that is taken back', () => {
    const { texts, state } = run(
      partial('hell', word('hell', 1)),
      partial('hell', word('hell', 1)),
      partial('hello', word('hello', 1)),
      partial(''),
      (at) => endTurn(at),
    );
    expect(texts).toEqual(['partial hell', 'partial hello']);
    expect(state.pending).toBeUndefined();
  });

  it('hears nothing twice: neither a repeated final, nor an overlapping one, nor a late partial', () => {
    const { texts } = run(
      final('one two ', word('one', 1), word('two', 1.4)),
      final('one two ', word('one', 1), word('two', 1.4)),
      final('two three ', word('two', 1.4), word('three', 1.8)),
      partial('three', word('three', 1.8)),
    );
    expect(texts).toEqual(['final one two', 'final three']);
  });

  it('ends a turn with what only a partial brought, and a second end says nothing more', () => {
    const { types, texts } = run(
      final('one ', word('one', 1)),
      partial('two', word('two', 1.4)),
      (at) => endTurn(at),
      (at) => endTurn(at),
    );
    expect(texts).toEqual(['final one', 'partial two', 'final two']);
    expect(types.slice(-2)).toEqual(['speech.stopped', 'turn.ended']);
    expect(types.filter((type) => type === 'turn.ended')).toHaveLength(1);
  });

  it('ends a turn without words only when that was asked for', () => {
    expect(run((at) => endTurn(at)).types).toEqual([]);
    expect(run((at) => endTurn({ ...at, finalizing: true })).types).toEqual(['turn.ended']);
  });

  it('settles what is left at the end of the stream, without ending a turn that nobody ended', () => {
    expect(run(partial('two', word('two', 1)), (at) => endStream(at)).types).toEqual([
      'speech.started',
      'transcript.partial',
      'transcript.final',
    ]);
    expect(run(partial('two', word('two', 1)), (at) => endStream({ ...at, finalizing: true })).types.at(-1)).toBe(
      'turn.ended',
    );
  });

  it('ignores results without words', () => {
    expect(run(final('', { ...word('', 1), alternatives: [] }), final(' ', word(' ', 1))).events).toEqual([]);
  });
});
