import { dayOf } from './calendar.js';
import { findDaysAhead } from './day-ahead.js';
import { findTimes } from './time-of-day.js';
import { wordsOf } from './words.js';

const TODAY = { year: 2026, month: 11, day: 20 }; // a Friday

describe('findDaysAhead', () => {
  it.each([
    ['tomorrow', '2026-11-21'],
    ['the day after tomorrow', '2026-11-22'],
    ['on saturday please', '2026-11-21'],
    ['next monday', '2026-11-23'],
    ['tonight', '2026-11-20'],
    ['the second of december', '2026-12-02'],
    ['december 24th', '2026-12-24'],
    ['on january third', '2027-01-03'],
    ['in two weeks', '2026-12-04'],
    ['friday the 27th', '2026-11-27'],
    ['saturday the fifth', '2026-12-05'],
    ['december the twelfth', '2026-12-12'],
  ])('%s', (text, expected) => {
    expect(findDaysAhead(wordsOf(text), TODAY).map(({ value }) => value)).toEqual([expected]);
  });

  it.each(['in december', 'at seven', 'may i ask you something', 'a table for four', 'one second', ''])(
    'finds none in "%s"',
    (text) => {
      expect(findDaysAhead(wordsOf(text), TODAY)).toEqual([]);
    },
  );

  it('says which words it took', () => {
    const words = wordsOf('a table on friday for four');
    const [slot] = findDaysAhead(words, TODAY);
    expect(words.slice(slot?.start, slot?.end)).toContain('friday');
    expect(words.slice(slot?.start, slot?.end)).not.toContain('for');
  });
});

describe('findTimes', () => {
  const times = (text: string, expected = false): string[] =>
    findTimes(wordsOf(text), { afternoonBelow: 11, expected }).map(({ value }) => value);

  it.each([
    ['at seven', '19:00'],
    ['half past seven', '19:30'],
    ['a quarter to eight', '19:45'],
    ['at seven thirty', '19:30'],
    ['at seven forty five', '19:45'],
    ["eight o'clock", '20:00'],
    ['seven p m', '19:00'],
    ['7:30pm', '19:30'],
    ['19:30', '19:30'],
    ['eleven in the morning', '11:00'],
    ['at noon', '12:00'],
    ['around 8', '20:00'],
    ['ten past six', '18:10'],
  ])('%s', (text, expected) => {
    expect(times(text)).toEqual([expected]);
  });

  it.each(['a table for four', 'five people', 'at four of the tables', 'the second one', ''])(
    'finds none in "%s"',
    (text) => {
      expect(times(text)).toEqual([]);
    },
  );

  it('takes a number alone when it was asked for a time', () => {
    expect(times('seven', true)).toEqual(['19:00']);
    expect(times('four people', true)).toEqual([]);
  });
});

describe('the day in a time zone', () => {
  it.each([
    ['2026-11-28T23:30:00Z', 'Europe/Berlin', { year: 2026, month: 11, day: 29 }],
    ['2026-11-28T23:30:00Z', 'America/New_York', { year: 2026, month: 11, day: 28 }],
    ['2026-12-31T12:00:00Z', 'Pacific/Kiritimati', { year: 2027, month: 1, day: 1 }],
    ['2026-01-01T05:00:00Z', 'Pacific/Pago_Pago', { year: 2025, month: 12, day: 31 }],
    ['2024-02-29T10:00:00Z', 'Asia/Tehran', { year: 2024, month: 2, day: 29 }],
  ] as const)('%s in %s', (at, zone, day) => {
    expect(dayOf(new Date(at), zone)).toEqual(day);
  });
});
