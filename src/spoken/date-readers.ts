// One point in time as people say it (a day, a week, a month, a year), read at one position of the words.
import {
  addDays,
  addMonths,
  isoOf,
  isReal,
  parseDay,
  singleDay,
  weekdayOf,
  wholeMonth,
  wholeQuarter,
  wholeWeek,
  wholeYear,
  type Day,
  type Period,
} from './calendar.js';
import { readNumber, readOrdinal } from './numbers.js';

type Words = readonly string[];

export interface Reading {
  readonly period: Required<Period>;
  readonly end: number;
}

type Reader = (words: Words, at: number, today: Day) => Reading | undefined;

const numbered = (names: string): Map<string, number> => new Map(names.split(' ').map((name, n) => [name, n + 1]));
const MONTHS = new Map([
  ...numbered('january february march april may june july august september october november december'),
  ...numbered('jan feb mar apr may jun jul aug sep oct nov dec'),
  ['sept', 9] as const,
]);
const WEEKDAYS = numbered('monday tuesday wednesday thursday friday saturday sunday');
const VAGUE_COUNTS = new Map([
  ['a', 1],
  ['one', 1],
  ['couple', 2],
  ['few', 3],
]);
/** "may" is a month only after one of these: "may i ask" is not about May. */
const BEFORE_MAY =
  /^(in|for|since|from|to|until|till|through|thru|and|between|of|during|last|this|about|before|after|by|month|no|not|mean|meant|#.*)?$/;
const NOT_A_MONTH = /^(i|we|you|he|she|it|they|be|have|not)$/;

/** The day, week, month, quarter or year that begins at `at`, or undefined. */
export const readDay: Reader = (words, at, today) => {
  for (const read of READERS) {
    const reading = read(words, at, today);
    if (reading !== undefined) return reading;
  }
  return undefined;
};

const named: Reader = (words, at, today) => {
  const word = words[at] ?? '';
  if (word === 'today') return { period: singleDay(today), end: at + 1 };
  if (word === 'yesterday') return { period: singleDay(addDays(today, -1)), end: at + 1 };
  if (words.slice(at, at + 3).join(' ') === 'day before yesterday') {
    return { period: singleDay(addDays(today, -2)), end: at + 3 };
  }
  const written = parseDay(word);
  return written === undefined ? undefined : { period: singleDay(written), end: at + 1 };
};

/** "this week", "last month", "past year", "last three weeks", "past 30 days". */
const relative: Reader = (words, at, today) => {
  const which = /^(this|current|last|past|previous)$/.exec(words[at] ?? '')?.[0];
  if (which === undefined) return undefined;
  const unit = unitAt(words, at + 1);
  if (unit !== undefined) {
    const back = which === 'this' || which === 'current' ? 0 : 1;
    const rolling = which === 'past';
    return { period: rolling ? lastUnits(unit, 1, today) : unitBack(unit, back, today), end: at + 2 };
  }
  const counted = back(words, at + 1);
  return counted === undefined || which === 'this' || which === 'current'
    ? undefined
    : { period: lastUnits(counted.unit, counted.count, today), end: counted.end };
};

/** "three weeks ago", "a month ago": the whole week, month or year that it falls into. */
const ago: Reader = (words, at, today) => {
  const counted = back(words, at);
  if (counted === undefined || words[counted.end] !== 'ago') return undefined;
  return { period: unitBack(counted.unit, counted.count, today), end: counted.end + 1 };
};

/** "march", "last march", "march fifth", "march 2025", "march of last year". */
const month: Reader = (words, at, today) => {
  const which = words[at] === 'last' || words[at] === 'this' ? words[at] : undefined;
  const from = which === undefined ? at : at + 1;
  const number = MONTHS.get(words[from] ?? '');
  if (number === undefined || (words[from] === 'may' && !isMay(words, from))) return undefined;
  const day = dayAt(words, from + 1);
  if (day !== undefined) return dated(words, day.end, { month: number, day: day.value }, today);
  const year = yearAt(words, from + 1, today);
  if (year !== undefined) return { period: wholeMonth(year.value, number), end: year.end };
  const begun = number < today.month || (number === today.month && which !== 'last') || which === 'this';
  return { period: wholeMonth(begun ? today.year : today.year - 1, number), end: from + 1 };
};

/** "fifth of june", "5th june 2025". */
const dayFirst: Reader = (words, at, today) => {
  const day = readOrdinal(words, at);
  if (day === undefined) return undefined;
  const number = MONTHS.get(words[words[day.end] === 'of' ? day.end + 1 : day.end] ?? '');
  if (number === undefined) return undefined;
  return dated(words, words[day.end] === 'of' ? day.end + 2 : day.end + 1, { month: number, day: day.value }, today);
};

const weekday: Reader = (words, at, today) => {
  const from = words[at] === 'last' ? at + 1 : at;
  const number = WEEKDAYS.get((words[from] ?? '').replace(/s$/, ''));
  if (number === undefined) return undefined;
  const days = (weekdayOf(today) - (number - 1) + 7) % 7;
  return { period: singleDay(addDays(today, -(days === 0 && from > at ? 7 : days))), end: from + 1 };
};

/** "first quarter", "q3 of 2025". */
const quarter: Reader = (words, at, today) => {
  const short = /^q([1-4])$/.exec(words[at] ?? '')?.[1];
  const ordinal = words[readOrdinal(words, at)?.end ?? -1] === 'quarter' ? readOrdinal(words, at) : undefined;
  const number = short === undefined ? (ordinal?.value ?? 0) : Number(short);
  if (number < 1 || number > 4) return undefined;
  const end = short === undefined ? (ordinal?.end ?? at) + 1 : at + 1;
  const year = yearAt(words, end, today);
  const begun = number <= Math.ceil(today.month / 3) ? today.year : today.year - 1;
  return { period: wholeQuarter(year?.value ?? begun, number), end: year?.end ?? end };
};

/** "2025", "twenty twenty five", only where a year is expected. */
const year: Reader = (words, at, today) => {
  if (!/^(in|since|from|until|till|during|of|year|for|and|to|before|after|between)$/.test(words[at - 1] ?? ''))
    return undefined;
  const number = yearAt(words, at, today);
  return number === undefined ? undefined : { period: wholeYear(number.value), end: number.end };
};

const READERS: readonly Reader[] = [named, ago, relative, dayFirst, quarter, month, weekday, year];

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

function unitAt(words: Words, at: number): Unit | undefined {
  const unit = /^(day|week|month|quarter|year)s?$/.exec(words[at] ?? '')?.[1];
  return unit as Unit | undefined;
}

/** "three weeks", "a couple of months". */
function back(words: Words, at: number): { unit: Unit; count: number; end: number } | undefined {
  const from = words[at] === 'a' && VAGUE_COUNTS.has(words[at + 1] ?? '') ? at + 1 : at;
  const vague = VAGUE_COUNTS.get(words[from] ?? '');
  const number = vague === undefined ? readNumber(words, from) : { value: vague, end: from + 1 };
  if (number === undefined || number.value < 1 || number.value > 1000) return undefined;
  const next = words[number.end] === 'of' ? number.end + 1 : number.end;
  const unit = unitAt(words, next);
  return unit === undefined ? undefined : { unit, count: number.value, end: next + 1 };
}

/** The whole day, week, ... that lies `count` units before today's. */
function unitBack(unit: Unit, count: number, today: Day): Required<Period> {
  if (unit === 'day') return singleDay(addDays(today, -count));
  if (unit === 'week') return wholeWeek(addDays(today, -7 * count));
  if (unit === 'year') return wholeYear(today.year - count);
  const { year, month } = addMonths(today, -count * (unit === 'quarter' ? 3 : 1));
  return unit === 'month' ? wholeMonth(year, month) : wholeQuarter(year, Math.ceil(month / 3));
}

/** From `count` units ago to today. */
function lastUnits(unit: Unit, count: number, today: Day): Required<Period> {
  const from =
    unit === 'day' || unit === 'week'
      ? addDays(today, -count * (unit === 'week' ? 7 : 1))
      : addMonths(today, -count * { month: 1, quarter: 3, year: 12 }[unit]);
  return { from: isoOf(from), to: isoOf(today) };
}

/** "fifth", "the fifth", "5". */
function dayAt(words: Words, at: number): { value: number; end: number } | undefined {
  const from = words[at] === 'the' ? at + 1 : at;
  const number = readOrdinal(words, from) ?? readNumber(words, from);
  return number !== undefined && number.value >= 1 && number.value <= 31 ? number : undefined;
}

/** The year after a month or day ("2025", "of last year"), or undefined. */
function yearAt(words: Words, at: number, today: Day): { value: number; end: number } | undefined {
  const from = words[at] === 'of' || words[at] === 'in' ? at + 1 : at;
  if (words[from + 1] === 'year' && (words[from] === 'last' || words[from] === 'this')) {
    return { value: words[from] === 'last' ? today.year - 1 : today.year, end: from + 2 };
  }
  const number = readNumber(words, from);
  return number !== undefined && number.value >= 1990 && number.value <= today.year + 1 ? number : undefined;
}

function dated(
  words: Words,
  end: number,
  { month, day }: { month: number; day: number },
  today: Day,
): Reading | undefined {
  const said = yearAt(words, end, today);
  const date = said === undefined ? mostRecent(month, day, today) : { year: said.value, month, day };
  return date !== undefined && isReal(date) ? { period: singleDay(date), end: said?.end ?? end } : undefined;
}

/** The last day of that name which has begun; "february 29" may be as long as eight years ago. */
function mostRecent(month: number, day: number, today: Day): Day | undefined {
  for (let year = today.year; year >= today.year - 8; year -= 1) {
    const date = { year, month, day };
    if (isReal(date) && isoOf(date) <= isoOf(today)) return date;
  }
  return undefined;
}

function isMay(words: Words, at: number): boolean {
  if (NOT_A_MONTH.test(words[at + 1] ?? '')) return false;
  return dayAt(words, at + 1) !== undefined || BEFORE_MAY.test(words[at - 1] ?? '');
}
