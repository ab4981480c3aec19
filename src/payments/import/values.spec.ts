import fc from 'fast-check';
import { readAmount, readDay } from './values.js';
import type { DecimalMark, DateOrder } from './values.js';

type Case<Second, Third> = readonly [text: string, second: Second, third?: Third];
/** Jest would pass its callback for what is missing in a list. */
const named = <Second, Third>([text, second, third]: Case<Second, Third>) => ({ text, second, third });

describe('amounts', () => {
  it.each(
    (
      [
        ['1234.56', '1234.56'],
        ['1,234.56', '1234.56'],
        ['1.234,56', '1234.56'],
        ['1 234,56', '1234.56'],
        ['1\u202f234,56', '1234.56'],
        [`1'234.56`, '1234.56'],
        ['12,34,567.89', '1234567.89'],
        ['1.234.567', '1234567'],
        ['12,5', '12.5'],
        ['0,5', '0.5'],
        ['0.125', '0.125'],
        ['.5', '0.5'],
        ['-5', '-5'],
        ['\u2212 5,00', '-5.00'],
        ['5.00-', '-5.00'],
        ['(5.00)', '-5.00'],
        ['-0.00', '0.00'],
        ['+5', '5'],
        ['$1,234.50', '1234.50'],
        ['-$5', '-5'],
        ['$-5', '-5'],
        ['12,50 €', '12.50'],
        ['EUR 12,50', '12.50'],
        ['1.234', '1234', ','],
        ['1.234', '1.234', '.'],
        ['1,234', '1234', '.'],
        ['999999999999999.9999', '999999999999999.9999'],
      ] as Case<string, DecimalMark>[]
    ).map(named),
  )('$text is $second', ({ text, second: value, third: decimal }) => {
    expect(readAmount(text, { decimal })).toEqual({ value });
  });

  it.each(
    (
      [
        ['1,234', /could be 1234 or 1\.234: add --decimal/],
        ['-1.234', /could be 1234 or 1\.234: add --decimal/],
        ['1.2.3', /is not an amount/],
        ['1,23,4', /is not an amount/],
        ['1.234,56,7', /is not an amount/],
        ['1.234,56', /is not an amount/, '.'],
        ['12.34', /is not an amount/, ','],
        ['--5', /is not an amount/],
        ['(5', /is not an amount/],
        ['twelve', /is not an amount/],
        ['#REF!', /is not an amount/],
        ['NaN', /is not an amount/],
        ['1e3', /is not an amount/],
        ['5%', /is not an amount/],
        ['=1+1', /is not an amount/],
        ['0.00001', /more than 4 decimals/],
        ['1000000000000000', /more than 15 digits/],
        ["'; drop table clients; --", /is not an amount/],
      ] as Case<RegExp, DecimalMark>[]
    ).map(named),
  )('$text is refused', ({ text, second: problem, third: decimal }) => {
    expect(readAmount(text, { decimal })).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('of any size and writing is what was written', () => {
    const amount = fc.tuple(fc.integer({ min: 1 - 1e15, max: 1e15 - 1 }), fc.nat({ max: 99 }));
    const marks = fc.constantFrom(['.', ','], [',', '.'], [',', ' '], ['.', "'"], [',', '\u00a0']);
    fc.assert(
      fc.property(amount, marks, ([whole, cents], [point = '', group = '']) => {
        const sign = whole < 0 ? '-' : '';
        const digits = String(whole).replace('-', '');
        const fraction = String(cents).padStart(2, '0');
        const written = `${sign}${digits.replace(/\B(?=(\d{3})+$)/g, group)}${point}${fraction}`;
        const isNothing = whole === 0 && cents === 0;
        expect(readAmount(written)).toEqual({ value: `${isNothing ? '' : sign}${digits}.${fraction}` });
      }),
    );
  });
});

describe('days', () => {
  it.each(
    (
      [
        ['2026-11-25', '2026-11-25'],
        ['2026/1/5', '2026-01-05'],
        ['20261125', '2026-11-25'],
        ['2026-11-25T23:30:00Z', '2026-11-25'],
        ['2026-11-25 09:41', '2026-11-25'],
        ['25.11.2026', '2026-11-25'],
        ['03.04.2026', '2026-04-03'],
        ['25.11.26', '2026-11-25'],
        ['25/11/2026', '2026-11-25'],
        ['11/25/2026', '2026-11-25'],
        ['4/4/2026', '2026-04-04'],
        ['03/04/2026', '2026-04-03', 'dmy'],
        ['03/04/2026', '2026-03-04', 'mdy'],
        ['26-11-05', '2026-11-05', 'ymd'],
        ['25 Nov 2026', '2026-11-25'],
        ['Nov 25, 2026', '2026-11-25'],
        ['November 5, 2026', '2026-11-05'],
        ['29/02/2028', '2028-02-29'],
      ] as Case<string, DateOrder>[]
    ).map(named),
  )('$text is $second', ({ text, second: value, third: dates }) => {
    expect(readDay(text, { dates })).toEqual({ value });
  });

  it.each(
    (
      [
        ['03/04/2026', /could be two days: add --dates dmy or --dates mdy/],
        ['26-11-05', /could be two days/],
        ['25/11/2026', /is no day of the calendar/, 'mdy'],
        ['29/02/2027', /is no day of the calendar/],
        ['2026-02-30', /is no day of the calendar/],
        ['31.11.2026', /is no day of the calendar/],
        ['0001-01-01', /is no day of the calendar/],
        ['45987', /spreadsheet’s number of a day/],
        ['infinity', /is not a day/],
        ['yesterday', /is not a day/],
        ['25 Okt 2026', /is not a day/],
      ] as Case<RegExp, DateOrder>[]
    ).map(named),
  )('$text is refused', ({ text, second: problem, third: dates }) => {
    expect(readDay(text, { dates })).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
