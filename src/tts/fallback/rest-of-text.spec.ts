import { restOf } from './rest-of-text.js';

/** Ten characters a second, to count in easily. */
const RATE = 10 / 1000;
const rest = (text: string, ms: number, words: readonly [string, number][] = []) =>
  restOf(text, {
    ms,
    charsPerMs: RATE,
    words: words.map(([word, endMs]) => ({ text: word, startMs: 0, endMs })),
  });

describe('the rest of a text', () => {
  it.each([
    ['all of it when nothing was said', 'Well, hello there.', 0, 'Well, hello there.'],
    ['all of it when the first word broke off', 'Hello there.', 300, 'Hello there.'],
    ['from the word that broke off', 'Well, hello there.', 900, 'hello there.'],
    ['from the next word', 'Well, hello there.', 1100, 'there.'],
    ['nothing at the end', 'Well, hello there.', 1800, ''],
    ['nothing beyond the end', 'Well, hello there.', 9999, ''],
    ['nothing when only marks are left', 'Is it so ... ?', 800, ''],
    ['from a currency sign', 'It is $40 in all.', 500, '$40 in all.'],
    ['from the beginning of an address', 'Write to john@example.com now.', 1500, 'john@example.com now.'],
    ['from a word of a script without blanks', '今天天气很好，我们走吧。', 600, '我们走吧。'],
  ])('is %s, by the speaking rate', (_name, text, ms, expected) => {
    expect(rest(text, ms).text).toBe(expected);
  });

  it('is what the voice has not timed to its end', () => {
    const words: [string, number][] = [
      ['Five', 1000],
      ['dollars', 2000],
      ['today', 3000],
    ];
    expect(rest('Five dollars today.', 999, words)).toEqual({ text: 'dollars today.', timed: true });
    expect(rest('Five dollars today.', 900, words)).toEqual({ text: 'Five dollars today.', timed: true });
    expect(rest('Five dollars today.', 2999, words)).toEqual({ text: '', timed: true });
  });

  it('is estimated beyond the last timing', () => {
    const words: [string, number][] = [['Five', 1000]];
    expect(rest('Five dollars today.', 1200, words)).toEqual({ text: 'dollars today.', timed: true });
    expect(rest('Five dollars today.', 1800, words)).toEqual({ text: 'today.', timed: false });
  });

  it('finds words that are timed in another case, and the second of two that are the same', () => {
    const words: [string, number][] = [
      ['NO', 500],
      ['no', 1000],
      ['maybe', 2000],
    ];
    expect(rest('No, no, maybe.', 1000, words).text).toBe('maybe.');
  });

  it('goes by the share of words when the voice times other words than are written', () => {
    const words: [string, number][] = [
      ['five', 500],
      ['hundred', 1000],
      ['dollars', 1500],
      ['please', 2000],
    ];
    expect(rest('$500 now please.', 1500, words).text).toBe('please.');
  });
});
