import * as fc from 'fast-check';
import { cardinal, digitByDigit, ordinal, spoken, year } from './numbers.js';

const SMALL: Readonly<Record<string, number>> = Object.fromEntries([
  ...'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'
    .concat(' seventeen eighteen nineteen')
    .split(' ')
    .map((word, n) => [word, n] as const),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, n) => [word, 20 + 10 * n] as const),
]);
const LARGE: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };

/** What a listener makes of the words. */
function understood(words: string): number {
  let total = 0;
  let group = 0;
  for (const word of words.split(/[ -]/u)) {
    const large = LARGE[word];
    if (large !== undefined) {
      total += group * large;
      group = 0;
    } else if (word === 'hundred') group *= 100;
    else group += SMALL[word] ?? Number.NaN;
  }
  return total + group;
}

describe('English numbers', () => {
  it('are understood as the number they were', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(2000),
          fc.nat(1e6),
          fc.maxSafeNat().map((n) => n % 1e15),
        ),
        (n) => {
          expect(understood(cardinal(n))).toBe(n);
        },
      ),
    );
    expect(cardinal(999_999_999_999_999)).toMatch(/^nine hundred ninety-nine trillion .* nine hundred ninety-nine$/u);
  });

  it.each<[number, string]>([
    [0, 'zeroth'],
    [1, 'first'],
    [8, 'eighth'],
    [9, 'ninth'],
    [12, 'twelfth'],
    [13, 'thirteenth'],
    [20, 'twentieth'],
    [42, 'forty-second'],
    [100, 'one hundredth'],
    [1003, 'one thousand third'],
  ])('%d as an ordinal', (n, words) => {
    expect(ordinal(n)).toBe(words);
  });

  it.each<[number, string]>([
    [1905, 'nineteen oh five'],
    [1999, 'nineteen ninety-nine'],
    [1900, 'nineteen hundred'],
    [2000, 'two thousand'],
    [2009, 'two thousand nine'],
    [2010, 'twenty ten'],
    [2100, 'twenty-one hundred'],
  ])('%d as a year', (n, words) => {
    expect(year(n)).toBe(words);
  });

  it('are read digit by digit where they are codes', () => {
    expect(digitByDigit('5-0 01')).toBe('five zero zero one');
    expect(spoken('0420')).toBe('zero four two zero');
    expect(spoken('0')).toBe('zero');
    expect(spoken('1,000.05')).toBe('one thousand point zero five');
  });
});
