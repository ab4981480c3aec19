import { mapTranscription } from './map-transcription.js';
import type { WireSegment } from './transcription.schema.js';

const segment = (text: string, more: Partial<WireSegment> = {}): WireSegment => ({
  text,
  avg_logprob: -0.2,
  no_speech_prob: 0.01,
  compression_ratio: 1,
  ...more,
});

const textOf = (segments: WireSegment[], prompt?: string): string =>
  mapTranscription({ text: segments.map(({ text }) => text).join(''), segments }, prompt).text;

describe('mapTranscription', () => {
  it('keeps what was said, trimmed, with how sure the model is', () => {
    const heard = mapTranscription({
      text: ' Hello there.\n',
      language: 'english',
      segments: [segment(' Hello there.')],
    });
    expect(heard).toEqual({ text: 'Hello there.', language: 'english', words: [], confidence: Math.exp(-0.2) });
  });

  it('takes the words and their times where there are some', () => {
    const { words } = mapTranscription({
      text: 'Hello there',
      words: [
        { word: ' Hello', start: 0.12, end: 0.4, probability: 0.9 },
        { word: ' ', start: 0.4, end: 0.4 },
        { word: 'there', start: 0.5, end: 0.71 },
        { word: 'x', start: -0.01, end: -0.01 }, // whisper.cpp without token timestamps
      ],
    });
    expect(words).toEqual([
      { text: 'Hello', startMs: 120, endMs: 400, confidence: 0.9 },
      { text: 'there', startMs: 500, endMs: 710 },
    ]);
  });

  it('weighs segments by their length, and knows no confidence where the server writes 0', () => {
    const two = [segment('aaaaaaaaa', { avg_logprob: -0.1 }), segment('b', { avg_logprob: -1.1 })];
    expect(mapTranscription({ text: 'aaaaaaaaa b', segments: two }).confidence).toBeCloseTo(Math.exp(-0.2));
    expect(mapTranscription({ text: 'a', segments: [segment('a', { avg_logprob: 0 })] }).confidence).toBeUndefined();
    expect(mapTranscription({ text: 'a' }).confidence).toBeUndefined();
    expect(
      mapTranscription({ text: 'a b', logprobs: [{ logprob: -0.4 }, { logprob: -0.2 }, {}] }).confidence,
    ).toBeCloseTo(Math.exp(-0.3));
  });

  describe('takes for silence', () => {
    it.each<[string, WireSegment]>([
      ['what Whisper itself would', segment('Some words.', { no_speech_prob: 0.7, avg_logprob: -1.2 })],
      ['the same words over and over', segment('no no no no no no no no', { compression_ratio: 3.1 })],
      ['a sign-off that may be noise', segment(' Thank you.', { no_speech_prob: 0.3 })],
      ['a sign-off that the model is unsure of', segment('Thanks for watching!', { avg_logprob: -0.9 })],
      ['a note about the sound', segment('[BLANK_AUDIO]')],
      ['another', segment(' (wind blowing) ')],
      ['music', segment('♪ ♪')],
      ['marks without words', segment(' ... ')],
      ['nothing', segment('')],
    ])('%s', (_what, invented) => {
      expect(textOf([invented])).toBe('');
    });

    it('its own prompt come back, but not one of the terms', () => {
      expect(textOf([segment('Parley, Julia.')], 'Parley, Julia')).toBe('');
      expect(textOf([segment('Julia.')], 'Parley, Julia')).toBe('Julia.');
      expect(textOf([segment('Julia.')], 'Julia')).toBe('Julia.');
    });

    it('a sign-off that only token probabilities cast doubt on', () => {
      expect(mapTranscription({ text: 'Thank you.', logprobs: [{ logprob: -1.1 }] }).text).toBe('');
      expect(mapTranscription({ text: 'Thank you.', logprobs: [{ logprob: -0.05 }] }).text).toBe('Thank you.');
    });
  });

  it('believes a caller who says thank you, and one who is unsure but speaks', () => {
    expect(textOf([segment('Thank you.')])).toBe('Thank you.');
    expect(textOf([segment('Send it.', { avg_logprob: -1.4 })])).toBe('Send it.');
    expect(textOf([segment('Call (555) 123-4567.')])).toBe('Call (555) 123-4567.');
  });

  it('drops only the invented one of several segments', () => {
    expect(textOf([segment(' Send it.'), segment(' Thank you.', { no_speech_prob: 0.8 })])).toBe('Send it.');
  });
});
