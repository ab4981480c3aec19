import { initialFluxState, mapTurnInfo } from '../deepgram/map-flux-event.js';
import { initialNovaState, mapResults, mapSpeechStarted, mapUtteranceEnd } from '../deepgram/map-nova-event.js';
import { resultsSchema, speechStartedSchema, turnInfoSchema, utteranceEndSchema } from '../deepgram/wire.schema.js';
import { initialState, mapFinal } from '../speechmatics/map-event.js';
import { transcriptSchema } from '../speechmatics/wire.schema.js';
import { lenientNumber } from './lenient.js';
import { mapTranscription } from './map-transcription.js';
import { transcriptionSchema } from './transcription.schema.js';

/** What servers write where a number belongs; `undefined` leaves the field out. */
const NO_NUMBERS = [null, undefined, 'NaN', 'high', '', Number.NaN, Infinity, {}, [], true];

describe('a number', () => {
  it.each([...NO_NUMBERS.map((value) => [value, undefined] as const), ['0.5', 0.5], [0.5, 0.5], [-1, -1]] as const)(
    '%p is %p',
    (value, expected) => {
      expect(lenientNumber.parse(value)).toBe(expected);
    },
  );
});

describe.each(NO_NUMBERS.map((value) => ({ value })))('words beside $value in the place of a number', ({ value }) => {
  const finals = ([, events]: readonly [unknown, readonly { type: string; text?: string }[]]) =>
    events.filter(({ type }) => type === 'transcript.final').map(({ text }) => text);

  it.each(['confidence', 'start', 'end'])('are heard by Nova: %s', (field) => {
    const word = { word: 'hello', start: 0.1, end: 0.4, confidence: 0.9, [field]: value };
    const alternative = { transcript: 'hello', confidence: 0.9, words: [word] };
    const results = { start: 0, duration: 1, is_final: true, channel: { alternatives: [alternative] } };
    expect(finals(mapResults(initialNovaState, resultsSchema.parse(results)))).toEqual(['hello']);
  });

  it.each(['start', 'duration'])('are heard by Nova although the window has no %s, again and again', (field) => {
    const heard: (string | undefined)[] = [];
    let state = initialNovaState;
    for (const transcript of ['one', 'two', 'three']) {
      const alternative = { transcript, confidence: value, words: value };
      const results = {
        start: 0,
        duration: 0,
        is_final: true,
        channel: { alternatives: [alternative] },
        [field]: value,
      };
      const other = field === 'start' ? { duration: value } : { start: value };
      const [next, events] = mapResults(state, resultsSchema.parse({ ...results, ...other }));
      state = next;
      heard.push(...finals([next, events]));
    }
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('leave the positions of Nova numbers', () => {
    const [started, first] = mapSpeechStarted(initialNovaState, speechStartedSchema.parse({ timestamp: value }));
    expect(first).toEqual([{ type: 'speech.started', audioMs: 0 }]);
    const [, last] = mapUtteranceEnd(started, utteranceEndSchema.parse({ last_word_end: value }));
    expect(last).toEqual([{ type: 'speech.stopped', audioMs: 0 }]);
  });

  it.each(['turn_index', 'audio_window_end', 'words', 'confidence'])('are heard by Flux: %s', (field) => {
    const info = {
      event: 'EndOfTurn',
      turn_index: 0,
      audio_window_end: 1,
      transcript: 'hello there',
      words: [{ word: 'hello', confidence: value }, { word: 'there' }],
      [field]: value,
    };
    expect(finals(mapTurnInfo(initialFluxState, turnInfoSchema.parse(info)))).toEqual(['hello there']);
  });

  it.each(['start_time', 'end_time'])('are heard by Speechmatics: %s', (field) => {
    const result = {
      type: 'word',
      start_time: 0.1,
      end_time: 0.4,
      alternatives: [{ content: 'hello', confidence: value }],
      [field]: value,
    };
    const message = {
      metadata: { start_time: 0, end_time: 1, transcript: 'hello', [field]: value },
      results: [result],
    };
    const [state, events] = mapFinal(initialState, transcriptSchema.parse(message));
    expect(finals([state, events])).toEqual(['hello']);
    expect(state.settledToMs).toEqual(expect.any(Number));
  });

  it('are heard by Whisper', () => {
    const answer = transcriptionSchema.parse({
      text: 'hello there',
      language: value,
      words: [{ word: 'hello', start: value, end: 0.4, probability: value }],
      segments: [{ text: 'hello there', avg_logprob: value, no_speech_prob: value, compression_ratio: value }],
      logprobs: [{ logprob: value }],
    });
    expect(mapTranscription(answer)).toMatchObject({ text: 'hello there', words: [] });
  });
});
