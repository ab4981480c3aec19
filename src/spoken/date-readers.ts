// One point in time as people say it (a day, a week, a month, a year), read at one position of the words.
import { addDays, addMonths, parseDay, singleDay, weekdayOf, wholeMonth, wholeQuarter, wholeYear } from './calendar.js';
import type { Day } from './calendar.js';
import {
  countedUnits,
  dayAt,
  lastUnits,
  monthAt,
  MONTHS,
  mostRecent,
  SHORT_WEEKDAY,
  unitAt,
  unitBack,
  unitsBefore,
  WEEKDAYS,
  yearAt,
  type Reader,
  type Reading,
  type Unit,
  type Words,
} from './date-words.js';
import { holiday } from './holidays.js';
import { readOrdinal } from './numbers.js';
import { isContentWord } from './words.js';
import { partReaders, SPAN_READERS } from './span-readers.js';

export type { Reading };

/** The day, week, month, quarter or year that begins at `at`, or undefined. */
export const readDay: Reader = (words, at, today) => first(READERS, words, at, today);

function first(readers: readonly Reader[], ...[words, at, today]: Parameters<Reader>): Reading | undefined {
  for (const read of readers) {
    const reading = read(words, at, today);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

const WRITTEN = /^\d{4}-\d{2}-\d{2}$/;

const named: Reader = (words, at, today) => {
  const word = words[at] ?? '';
  if (word === 'today') return { period: singleDay(today), end: at + 1 };
  if (word === 'yesterday') return { period: singleDay(addDays(today, -1)), end: at + 1 };
  if (words.slice(at, at + 3).join(' ') === 'day before yesterday') {
    return { period: singleDay(addDays(today, -2)), end: at + 3 };
  }
  if (word === 'new' && /^years?$/.test(words[at + 1] ?? '')) {
    const end = words[at + 2] === 'day' ? at + 3 : at + 2;
    if (words[end] === 'eve') return undefined;
    return { period: singleDay({ ...today, month: 1, day: 1 }), end };
  }
  // A day that no month has stays as it is written: whoever looks it up says so.
  return WRITTEN.test(word) ? { period: { from: word, to: word }, end: at + 1 } : undefined;
};

/** "10/31" is a day of the most recent October, "10/2026" and "2026-10" are a month. */
const figures: Reader = (words, at, today) => {
  const word = words[at] ?? '';
  const month = /^(\d{4})-(\d{2})$/.exec(word) ?? undefined;
  const [year, number] =
    month === undefined ? (/^(\d{1,2})\/(\d{4})$/.exec(word)?.slice(1).toReversed() ?? []) : month.slice(1);
  if (year !== undefined && number !== undefined) {
    const isMonth = Number(number) >= 1 && Number(number) <= 12;
    return isMonth ? { period: wholeMonth(Number(year), Number(number)), end: at + 1 } : undefined;
  }
  const [, one, two] = /^(\d{1,2})\/(\d{1,2})$/.exec(word) ?? [];
  if (one === undefined || two === undefined || word === '24/7') return undefined;
  const [monthOf, day] = Number(one) > 12 ? [Number(two), Number(one)] : [Number(one), Number(two)];
  if (monthOf < 1 || monthOf > 12 || day < 1 || day > 31) return undefined;
  return { period: singleDay(mostRecent(monthOf, day, today)), end: at + 1 };
};

const BACK: Readonly<Record<string, number>> = {
  this: 0,
  current: 0,
  last: 1,
  past: 1,
  previous: 1,
  next: -1,
  coming: -1,
};

/** "this week", "last month", "past year", "next month", "last three weeks", "past 30 days", "the week before last". */
const relative: Reader = (words, at, today) => {
  const which = words[at] ?? '';
  const back = BACK[which];
  if (back === undefined) return beforeLast(words, at, today);
  const from = back === 0 && words[at + 1] === 'past' ? at + 2 : at + 1;
  const unit = unitAt(words, from);
  // "Last months transactions": the apostrophe of an owner is often left out. "In the last months" tells no period.
  const owned = words[from + 1] ?? '';
  const isOwner = which !== 'past' && unit !== 'day' && (isContentWord(owned) || owned.startsWith('#'));
  if (unit !== undefined && (!words[from]?.endsWith('s') || isOwner)) {
    const rolling = which === 'past';
    return { period: rolling ? lastUnits(unit, 1, today) : unitBack(unit, back, today), end: from + 1 };
  }
  const counted = back === 1 ? countedUnits(words, from) : undefined;
  if (counted === undefined) return undefined;
  const period = counted.whole ? unitsBefore : lastUnits;
  return { period: period(counted.unit, counted.count, today), end: counted.end };
};

/** "week before last", "three full months before this one". */
function beforeLast(words: Words, at: number, today: Day): Reading | undefined {
  const unit = unitAt(words, at);
  if (unit !== undefined && words[at + 1] === 'before' && words[at + 2] === 'last') {
    return { period: unitBack(unit, 2, today), end: at + 3 };
  }
  const counted = countedUnits(words, at);
  if (counted === undefined || words[counted.end] !== 'before' || words[counted.end + 1] !== 'this') return undefined;
  const isThis = words[counted.end + 2] === 'one' || unitAt(words, counted.end + 2) === counted.unit;
  return isThis ? { period: unitsBefore(counted.unit, counted.count, today), end: counted.end + 3 } : undefined;
}

/** "three weeks ago", "a month ago": the whole week, month or year that it falls into. */
const ago: Reader = (words, at, today) => {
  const counted = countedUnits(words, at);
  if (counted === undefined || words[counted.end] !== 'ago') return undefined;
  return { period: unitBack(counted.unit, counted.count, today), end: counted.end + 1 };
};

/** "march", "last march", "this past march", "march fifth", "march 2025", "march of last year". */
const month: Reader = (words, at, today) => {
  const which = /^(last|this|past)$/.test(words[at] ?? '') ? words[at] : undefined;
  const from = which === undefined ? at : which === 'this' && words[at + 1] === 'past' ? at + 2 : at + 1;
  const number = monthAt(words, from);
  if (number === undefined) return undefined;
  // "In may, one bar for each shop": a day is "on".
  const isCounted = words[from - 1] === 'in' && /^\p{L}/u.test(words[from + 1] ?? '') && !isOrdinal(words, from + 1);
  const day = isCounted ? undefined : dayAt(words, from + 1);
  if (day !== undefined) return dated(words, day.end, { month: number, day: day.value }, today);
  const year = yearAt(words, from + 1, today);
  if (year !== undefined) return { period: wholeMonth(year.value, number), end: year.end };
  const begun = number < today.month || (number === today.month && which !== 'last') || which === 'this';
  return { period: wholeMonth(begun ? today.year : today.year - 1, number), end: from + 1 };
};

const isOrdinal = (words: Words, at: number): boolean => words[at] === 'the' || readOrdinal(words, at) !== undefined;

/** "fifth of june", "5th june 2025", "31 october". */
const dayFirst: Reader = (words, at, today) => {
  const isWritten = /^\d{1,2}$/.test(words[at] ?? '') && Number(words[at]) >= 1 && Number(words[at]) <= 31;
  const day = readOrdinal(words, at) ?? (isWritten ? { value: Number(words[at]), end: at + 1 } : undefined);
  if (day === undefined) return undefined;
  const after = words[day.end] === 'of' ? day.end + 1 : day.end;
  const number = MONTHS.get(words[after] ?? '');
  return number === undefined ? undefined : dated(words, after + 1, { month: number, day: day.value }, today);
};

const INTRODUCES_DAY = /^(on|since|from|until|till|to|before|after|through|thru|and|between|of)$/;
const AFTER_DAY =
  /^(quarter|half|week|weekend|day|month|year|of|one|largest|biggest|smallest|highest|lowest|newest|latest|oldest|most|least|transactions?|purchases?|payments?|refunds?|time|client|customer)$/;

/** "the 31st", "on the fifth": the last of them that has begun. */
const bareDay: Reader = (words, at, today) => {
  const day = readOrdinal(words, at);
  if (day === undefined || day.value < 1 || day.value > 31 || AFTER_DAY.test(words[day.end] ?? '')) return undefined;
  const isArticle = words[at - 1] === 'the';
  const isWritten = /^\d/.test(words[at] ?? '');
  const before = words[isArticle ? at - 2 : at - 1] ?? '';
  if (!(isWritten && isArticle) && !INTRODUCES_DAY.test(before)) return undefined;
  return latestDay(day, today);
};

/** The last day of that number which has begun. */
function latestDay({ value, end }: { readonly value: number; readonly end: number }, today: Day): Reading | undefined {
  const first = { ...today, day: 1 };
  for (let back = value <= today.day ? 0 : 1; back < 12; back += 1) {
    const period = singleDay({ ...addMonths(first, -back), day: value });
    if (parseDay(period.from) !== undefined) return { period, end, bareDay: value };
  }
  return undefined;
}

/** "Mon 9 Nov", "monday the ninth", "friday october 3rd": the day is said twice. */
const namedDay: Reader = (words, at, today) => {
  const word = words[at] ?? '';
  if (!WEEKDAYS.has(word) && !SHORT_WEEKDAY.test(word)) return undefined;
  const from = words[at + 1] === 'the' ? at + 2 : at + 1;
  const ordinal = readOrdinal(words, from);
  return (
    dayFirst(words, from, today) ??
    (dayAt(words, from + 1) === undefined ? undefined : month(words, from, today)) ??
    (ordinal === undefined || AFTER_DAY.test(words[ordinal.end] ?? '') ? undefined : latestDay(ordinal, today))
  );
};

const weekday: Reader = (words, at, today) => {
  const from = /^(last|this|past)$/.test(words[at] ?? '') ? at + 1 : at;
  const number = WEEKDAYS.get(words[from] ?? '');
  if (number === undefined) return undefined;
  const days = (weekdayOf(today) - (number - 1) + 7) % 7;
  return { period: singleDay(addDays(today, -(days === 0 && words[at] === 'last' ? 7 : days))), end: from + 1 };
};

/** "first quarter", "q3 of 2025", "last quarter of 2025". */
const quarter: Reader = (words, at, today) => {
  const short = /^q([1-4])$/.exec(words[at] ?? '')?.[1];
  const ordinal = words[readOrdinal(words, at)?.end ?? -1] === 'quarter' ? readOrdinal(words, at) : undefined;
  const isLast = /^(last|final)$/.test(words[at] ?? '') && words[at + 1] === 'quarter' && words[at + 2] === 'of';
  const number = short === undefined ? (isLast ? 4 : (ordinal?.value ?? 0)) : Number(short);
  if (number < 1 || number > 4) return undefined;
  const end = short === undefined ? (isLast ? at + 2 : (ordinal?.end ?? at) + 1) : at + 1;
  const year = yearAt(words, end, today);
  if (isLast && year === undefined) return undefined;
  const begun = number <= Math.ceil(today.month / 3) ? today.year : today.year - 1;
  const ofTheYear = words.slice(end, end + 3).join(' ') === 'of the year' ? end + 3 : end;
  return { period: wholeQuarter(year?.value ?? begun, number), end: year?.end ?? ofTheYear };
};

/** "2025", "twenty twenty five", only where a year is expected. */
const year: Reader = (words, at, today) => {
  const expects =
    /^(in|since|from|until|till|during|of|year|for|and|or|to|before|after|between|versus|vs|than|through|thru|all)$/;
  if (!expects.test(words[at - 1] ?? '')) return undefined;
  const number = yearAt(words, at, today);
  return number === undefined ? undefined : { period: wholeYear(number.value), end: number.end };
};

/** "since the beginning of the year", "in the month": the one of today. */
const theUnit: Reader = (words, at, today) => {
  const unit: Unit | undefined = unitAt(words, at);
  const before = words[at - 1] === 'the' ? (words[at - 2] ?? '') : '';
  if (
    unit === undefined ||
    unit === 'day' ||
    words[at]?.endsWith('s') ||
    !/^(of|since|for|during|in|over|until|so)$/.test(before)
  )
    return undefined;
  return { period: unitBack(unit, 0, today), end: at + 1 };
};

const WHOLES: readonly Reader[] = [
  holiday,
  named,
  namedDay,
  figures,
  ago,
  ...SPAN_READERS,
  dayFirst,
  quarter,
  relative,
  month,
  weekday,
  year,
  theUnit,
  bareDay,
];
/** A part of a part is not read: how long that takes has an end. */
const READERS: readonly Reader[] = [...partReaders((...from) => first(WHOLES, ...from)), ...WHOLES];

function dated(words: Words, end: number, { month, day }: { month: number; day: number }, today: Day): Reading {
  const said = yearAt(words, end, today);
  const date = said === undefined ? mostRecent(month, day, today) : { year: said.value, month, day };
  return { period: singleDay(date), end: said?.end ?? end };
}
