import { assert, integer, property } from 'fast-check';
import { findNumbers, readOrdinal } from './numbers.js';
import { wordsOf } from './words.js';

const numbers = (text: string): number[] => findNumbers(wordsOf(text), 4).map((slot) => slot.value);

describe('findNumbers', () => {
  it.each<[string, number[]]>([
    ['five thousand and one', [5001]],
    ['five thousand one', [5001]],
    ['five thousand an one', [5001]],
    ['five thousand in two', [5002]],
    ['five thousand and won', [5001]],
    ['five thousand and to', [5002]],
    ['five thousand twenty', [5020]],
    ['five thousand and twenty one', [5021]],
    ['five thousand one hundred and twelve', [5112]],
    ['fifty hundred and one', [5001]],
    ['five zero zero one', [5001]],
    ['five oh oh one', [5001]],
    ['five o o one', [5001]],
    ['five double oh one', [5001]],
    ['five double zero one', [5001]],
    ['five w three', [5003]],
    ['fifty oh one', [5001]],
    ['fifty-oh-one', [5001]],
    ['fifty ten', [5010]],
    ['fifty twelve', [5012]],
    ['fifty twenty', [5020]],
    ['five oh one four', [5014]],
    ['five oh one for since january', [5014]],
    ['five or one for', [5014]],
    ['five zero zero to', [5002]],
    ['five zero one ate', [5018]],
    ['5001', [5001]],
    ['5,001', [5001]],
    ['5 0 0 1', [5001]],
    ['50 01', [5001]],
    ['5 thousand and 1', [5001]],
    ['5001 5002', [5001, 5002]],
    ['five thousand and one and five thousand and two', [5001, 5002]],
    ['five zero zero one and five zero zero two', [5001, 5002]],
    ['twenty twenty five', [2025]],
    ['nineteen ninety nine', [1999]],
    ['twenty five', [25]],
    ['three', [3]],
    ['one hundred and five', [105]],
    ['twelve thousand', [12_000]],
    ['five thousand in two weeks', [5000, 2]],
    ['send it to john', []],
    ['oh what about that', []],
    ['five or ten', [5, 10]],
    ['', []],
  ])('%s', (text, expected) => {
    expect(numbers(text)).toEqual(expected);
  });

  it('reads back every client number in each way of saying it', () => {
    const units = 'zero one two three four five six seven eight nine'.split(' ');
    assert(
      property(integer({ min: 1000, max: 9999 }), (id) => {
        const digits = String(id).split('');
        const spelled = digits.map((digit) => units[Number(digit)]).join(' ');
        expect(numbers(spelled)).toEqual([id]);
        expect(numbers(digits.join(' '))).toEqual([id]);
        expect(numbers(`client ${spelled.replaceAll('zero', 'oh')} please`)).toEqual([id]);
      }),
    );
  });
});

describe('readOrdinal', () => {
  it.each<[string, number | undefined]>([
    ['fifth', 5],
    ['twenty first', 21],
    ['thirtieth', 30],
    ['thirty first', 31],
    ['3rd', 3],
    ['five', undefined],
    ['twenty', undefined],
  ])('%s', (text, expected) => {
    expect(readOrdinal(wordsOf(text), 0)?.value).toBe(expected);
  });
});
