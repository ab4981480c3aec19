import { Repetition } from './repetition.js';

/** What is left of a continuation that comes in pieces of `size` characters. */
function rest(before: string, continuation: string, size: number): string {
  const repetition = new Repetition(before);
  let out = '';
  for (let at = 0; at < continuation.length; at += size) out += repetition.take(continuation.slice(at, at + size));
  return (out + repetition.end()).trim();
}

const BEFORE = 'Your balance is five dollars. The last payment was on Monday.';

describe('what a continuation repeats', () => {
  it.each([
    ['nothing', 'It went to a grocer.', 'It went to a grocer.'],
    ['all of it', `${BEFORE} It went to a grocer.`, 'It went to a grocer.'],
    [
      'its last sentence, in other letters',
      'the last payment was on monday: it went to a grocer.',
      'it went to a grocer.',
    ],
    ['exactly it, and nothing more', BEFORE, ''],
    ['a part of it, and nothing more', 'Your balance is five dollars.', ''],
    ['its beginning, and then goes another way', 'Your balance is six dollars.', 'Your balance is six dollars.'],
    ['words from the middle of a sentence', 'dollars are what you have.', 'dollars are what you have.'],
    ['nothing at all', '', ''],
  ])('is left out: %s', (_, continuation, expected) => {
    for (const size of [1, 3, 7, 200]) expect(rest(BEFORE, continuation, size)).toBe(expected);
  });

  it('keeps everything when nothing was said before', () => {
    expect(rest('', 'Hello there.', 4)).toBe('Hello there.');
  });

  it('loses no space between what it held back and what follows', () => {
    const repetition = new Repetition('One. Seven.');
    expect(repetition.take('One two three ') + repetition.take('four')).toBe('One two three four');
  });
});
