// The words of dates (months, weekdays, units, years, days of a month), and arithmetic on whole weeks, months and years.
import {
  addDays,
  addMonths,
  isoOf,
  isReal,
  singleDay,
  wholeMonth,
  wholeQuarter,
  wholeWeek,
  wholeYear,
  type Day,
  type Period,
} from './calendar.js';
import { readNumber, readOrdinal } from './numbers.js';

export type Words = readonly string[];

export interface Reading {
  readonly period: Required<Period>;
  readonly end: number;
  /** "the 31st": a day whose month was not said. */
  readonly bareDay?: number;
}

/** Reads what begins at `at`, or undefined. */
export type Reader = (words: Words, at: number, today: Day) => Reading | undefined;

const numbered = (names: string): Map<string, number> => new Map(names.split(' ').map((name, n) => [name, n + 1]));
export const MONTHS = new Map([
  ...numbered('january february march april may june july august september october november december'),
  ...numbered('jan feb mar apr may jun jul aug sep oct nov dec'),
  ['sept', 9] as const,
]);
export const WEEKDAYS = numbered('monday tuesday wednesday thursday friday saturday sunday');
/** Before a day only: "sat" and "sun" are words. */
export const SHORT_WEEKDAY = /^(mon|tues?|wed|weds|thu|thur|thurs|fri|sat|sun)$/;
const VAGUE_COUNTS = new Map([
  ['a', 1],
  ['one', 1],
  ['couple', 2],
  ['few', 3],
]);
const WHOLE = /^(full|whole|complete|calendar|entire)$/;
/** After a number: it counts these, and is no day of a month. */
const COUNTED =
  /^(largest|biggest|smallest|highest|lowest|newest|latest|oldest|transactions?|purchases?|payments?|refunds?|expenses?|dollars?|bucks|times?|percent|clients?|customers?|days?|weeks?|months?|quarters?|years?|hundred|thousand)$/;

/** "may" is a month only after one of these: "may i ask" is not about May. */
const BEFORE_MAY =
  /^(in|for|since|from|to|until|till|through|thru|and|or|between|of|during|last|this|past|about|before|after|by|month|no|not|mean|meant|wait|sorry|actually|versus|vs|than|with|on|back|#.*)?$/;
const NOT_A_MONTH = /^(i|we|you|he|she|it|they|be|have|not)$/;

/** The number of the month that is named at `at`. */
export function monthAt(words: Words, at: number): number | undefined {
  const number = MONTHS.get(words[at] ?? '');
  return number === undefined || (words[at] === 'may' && !isMay(words, at)) ? undefined : number;
}

function isMay(words: Words, at: number): boolean {
  const isTold = words[at + 1] === 'it' && /^(was|is)$/.test(words[at + 2] ?? ''); // "may it was"
  if (!isTold && NOT_A_MONTH.test(words[at + 1] ?? '')) return false;
  return dayAt(words, at + 1) !== undefined || BEFORE_MAY.test(words[at - 1] ?? '') || MONTHS.has(words[at - 1] ?? '');
}

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

export function unitAt(words: Words, at: number): Unit | undefined {
  const unit = /^(day|week|month|quarter|year)s?$/.exec(words[at] ?? '')?.[1];
  return unit as Unit | undefined;
}

/** "three weeks", "a couple of months", "three full months". */
export function countedUnits(
  words: Words,
  at: number,
): { unit: Unit; count: number; whole: boolean; end: number } | undefined {
  const from = words[at] === 'a' && VAGUE_COUNTS.has(words[at + 1] ?? '') ? at + 1 : at;
  const vague = VAGUE_COUNTS.get(words[from] ?? '');
  const number = vague === undefined ? readNumber(words, from) : { value: vague, end: from + 1 };
  if (number === undefined || number.value < 1 || number.value > 1000) return undefined;
  const of = words[number.end] === 'of' ? number.end + 1 : number.end;
  const whole = WHOLE.test(words[of] ?? '');
  const next = whole ? of + 1 : of;
  const unit = unitAt(words, next);
  return unit === undefined ? undefined : { unit, count: number.value, whole, end: next + 1 };
}

/** The whole day, week, ... that lies `count` units before today's; after it when negative. */
export function unitBack(unit: Unit, count: number, today: Day): Required<Period> {
  if (unit === 'day') return singleDay(addDays(today, -count));
  if (unit === 'week') return wholeWeek(addDays(today, -7 * count));
  if (unit === 'year') return wholeYear(today.year - count);
  const { year, month } = addMonths({ ...today, day: 1 }, -count * (unit === 'quarter' ? 3 : 1));
  return unit === 'month' ? wholeMonth(year, month) : wholeQuarter(year, Math.ceil(month / 3));
}

/** From `count` units ago to today. */
export function lastUnits(unit: Unit, count: number, today: Day): Required<Period> {
  const from =
    unit === 'day' || unit === 'week'
      ? addDays(today, -count * (unit === 'week' ? 7 : 1))
      : addMonths(today, -count * { month: 1, quarter: 3, year: 12 }[unit]);
  return { from: isoOf(from), to: isoOf(today) };
}

/** The `count` whole units before the one of today. */
export const unitsBefore = (unit: Unit, count: number, today: Day): Required<Period> => ({
  from: unitBack(unit, count, today).from,
  to: unitBack(unit, 1, today).to,
});

/** "fifth", "the fifth", "5". */
export function dayAt(words: Words, at: number): { value: number; end: number } | undefined {
  const from = words[at] === 'the' ? at + 1 : at;
  const ordinal = readOrdinal(words, from);
  const number = ordinal ?? readNumber(words, from);
  if (number === undefined || number.value < 1 || number.value > 31) return undefined;
  return COUNTED.test(words[number.end] ?? '') ? undefined : number;
}

/** The year after a month or day ("2025", "of last year"), or undefined. */
export function yearAt(words: Words, at: number, today: Day): { value: number; end: number } | undefined {
  const from = words[at] === 'of' || words[at] === 'in' ? at + 1 : at;
  if (words[from + 1] === 'year' && (words[from] === 'last' || words[from] === 'this')) {
    return { value: words[from] === 'last' ? today.year - 1 : today.year, end: from + 2 };
  }
  const number = readNumber(words, from);
  return number !== undefined && number.value >= 1990 && number.value <= today.year + 1 ? number : undefined;
}

/**
 * The last day of that name which has begun; "february 29" may be as long as eight years ago. One that no year has ("june
 * 31st") is given for this year, as no calendar has it: whoever looks it up says so.
 */
export function mostRecent(month: number, day: number, today: Day): Day {
  for (let year = today.year; year >= today.year - 8; year -= 1) {
    const date = { year, month, day };
    if (isReal(date) && isoOf(date) <= isoOf(today)) return date;
  }
  return { year: today.year, month, day };
}
