import { sameWords, wordsOf } from './words.js';

it('knows words by letters and digits, in any language', () => {
  expect(wordsOf("Don't send 5001 to john@example.com, s'il vous plaît!")).toEqual([
    "don't",
    'send',
    '5001',
    'to',
    'john@example.com',
    "s'il",
    'vous',
    'plaît',
  ]);
});

it('compares words, not punctuation', () => {
  expect(sameWords('What time is it?', 'what time is it')).toBe(true);
  expect(sameWords('what time is it', 'what time was it')).toBe(false);
});
