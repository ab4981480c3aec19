// Stretches of time that are no whole week, month or year: halves, the first days of a month, weekends, seasons, "to date".
import { addDays, addMonths, daysIn, isoOf, parseDay, weekdayOf, type Day, type Period } from './calendar.js';
import { countedUnits, unitAt, unitBack, yearAt, type Reader, type Reading, type Words } from './date-words.js';
import { readOrdinal } from './numbers.js';

const EDGES: Readonly<Record<string, 1 | 2>> = { first: 1, second: 2, last: 2, latter: 2, '1st': 1, '2nd': 2 };

/** Parts of something that `readDay` reads. */
export const partReaders = (readDay: Reader): readonly Reader[] => [
  (words, at, today) => soFar(words, at, today, readDay),
  (words, at, today) => half(words, at, today, readDay),
  (words, at, today) => part(words, at, today, readDay),
];

/** "year to date", "ytd", "2026 to date". */
const toDate: Reader = (words, at, today) => {
  const year = yearAt(words, at, today);
  if (year !== undefined && words.slice(year.end, year.end + 2).join(' ') === 'to date') {
    return { period: { from: `${year.value}-01-01`, to: isoOf(today) }, end: year.end + 2 };
  }
  const short = { ytd: 'year', qtd: 'quarter', mtd: 'month', wtd: 'week' }[words[at] ?? ''] ?? '';
  const unit = unitAt([short], 0) ?? unitAt(words, at);
  if (unit === undefined || (short === '' && words.slice(at + 1, at + 3).join(' ') !== 'to date')) return undefined;
  return { period: { from: unitBack(unit, 0, today).from, to: isoOf(today) }, end: short === '' ? at + 3 : at + 1 };
};

/** "so far this year". */
function soFar(words: Words, at: number, today: Day, readDay: Reader): Reading | undefined {
  if (words[at] !== 'so' || words[at + 1] !== 'far') return undefined;
  const from = /^(in|for|during)$/.test(words[at + 2] ?? '') ? at + 3 : at + 2;
  const of = readDay(words, from, today);
  return of === undefined ? undefined : { period: { from: of.period.from, to: isoOf(today) }, end: of.end };
}

/** What comes after "of" or "in": a month, a year, "the year"; this year when nothing does. */
function whole(words: Words, at: number, today: Day, readDay: Reader): Reading | undefined {
  if (words[at] !== 'of' && words[at] !== 'in') return undefined;
  const from = words[at + 1] === 'the' ? at + 2 : at + 1;
  return readDay(words, from, today);
}

/** "first half of october", "the second half of last year", "h1 2026", "first half". */
function half(words: Words, at: number, today: Day, readDay: Reader): Reading | undefined {
  const short = /^h([12])$/.exec(words[at] ?? '')?.[1];
  const number = short === undefined ? (words[at + 1] === 'half' ? EDGES[words[at] ?? ''] : undefined) : Number(short);
  if (number === undefined) return undefined;
  const end = short === undefined ? at + 2 : at + 1;
  const year = yearAt(words, end, today);
  const of = year === undefined ? whole(words, end, today, readDay) : undefined;
  const begun = number === 1 || today.month > 6 ? today.year : today.year - 1;
  const period = of?.period ?? yearOf(year?.value ?? begun);
  const halved = halfOf(period, number === 1);
  return halved === undefined ? undefined : { period: halved, end: of?.end ?? year?.end ?? end };
}

const yearOf = (year: number): Required<Period> => ({ from: `${year}-01-01`, to: `${year}-12-31` });

/** By months when they can be halved; of a month, the first fifteen days. */
function halfOf({ from, to }: Required<Period>, isFirst: boolean): Required<Period> | undefined {
  const [first, last] = [parseDay(from), parseDay(to)];
  if (first === undefined || last === undefined || first.day !== 1 || last.day !== daysIn(last.year, last.month)) {
    return undefined;
  }
  const months = (last.year - first.year) * 12 + last.month - first.month + 1;
  const middle = months % 2 === 0 ? addMonths(first, months / 2) : addDays(addMonths(first, (months - 1) / 2), 15);
  return isFirst ? { from, to: isoOf(addDays(middle, -1)) } : { from: isoOf(middle), to };
}

/** "first ten days of august", "the last week of october", "second week of may", "last day of the month". */
function part(words: Words, at: number, today: Day, readDay: Reader): Reading | undefined {
  const edge = /^(first|last|final)$/.exec(words[at] ?? '')?.[0];
  const counted = edge === undefined ? undefined : countedUnits(words, at + 1);
  const ordinal = edge === 'last' || edge === 'final' ? undefined : readOrdinal(words, at);
  const unit = counted?.unit ?? unitAt(words, ordinal?.end ?? at + 1);
  const end = counted?.end ?? (ordinal?.end ?? at + 1) + 1;
  if ((edge === undefined && ordinal === undefined) || (unit !== 'day' && unit !== 'week')) return undefined;
  const of = whole(words, end, today, readDay);
  const [first, last] = [parseDay(of?.period.from ?? ''), parseDay(of?.period.to ?? '')];
  if (of === undefined || first === undefined || last === undefined) return undefined;
  const days = (counted?.count ?? 1) * (unit === 'week' ? 7 : 1);
  const skipped = ((ordinal?.value ?? 1) - 1) * days;
  const isLast = edge === 'last' || edge === 'final';
  const from = isLast ? addDays(last, 1 - days) : addDays(first, skipped);
  const to = isoOf(isLast ? last : addDays(first, skipped + days - 1));
  if (isoOf(from) > of.period.to || isoOf(from) < of.period.from) return undefined;
  return { period: { from: isoOf(from), to: to > of.period.to ? of.period.to : to }, end: of.end };
}

const SATURDAY = 5;

/** "last weekend", "this weekend", "the weekend", "next weekend", "the weekend before last". */
const weekend: Reader = (words, at, today) => {
  const which = /^(this|last|past|previous|next|coming)$/.exec(words[at] ?? '')?.[0];
  const from = which === undefined ? at : which === 'this' && words[at + 1] === 'past' ? at + 2 : at + 1;
  if (words[from] !== 'weekend') return undefined;
  const isOlder = which === undefined && words[from + 1] === 'before' && words[from + 2] === 'last';
  const isNow = weekdayOf(today) >= SATURDAY;
  const ofWeek = addDays(today, SATURDAY - weekdayOf(today));
  const isPast = which === 'last' || which === 'past' || which === 'previous' || from === at + 2;
  const weeks =
    which === 'next' || which === 'coming'
      ? isNow
        ? 1
        : 0
      : which === 'this' && from === at + 1
        ? 0
        : -(isNow ? 0 : 1) - (isPast && isNow ? 1 : 0) - (isOlder ? (isNow ? 2 : 1) : 0);
  const saturday = addDays(ofWeek, 7 * weeks);
  return { period: { from: isoOf(saturday), to: isoOf(addDays(saturday, 1)) }, end: isOlder ? from + 3 : from + 1 };
};

/** The first month of each. */
const SEASONS: Readonly<Record<string, number>> = { spring: 3, summer: 6, fall: 9, autumn: 9, winter: 12 };
const BEFORE_SEASON =
  /^(in|last|this|past|the|over|during|since|of|for|until|next|and|or|to|from|between|vs|versus|than|#.*)?$/;

/** "summer", "last winter", "spring of 2026": three months from the first of March, June, September or December. */
const season: Reader = (words, at, today) => {
  const which = /^(last|this|past|next)$/.exec(words[at] ?? '')?.[0];
  const from = which === undefined ? at : which === 'this' && words[at + 1] === 'past' ? at + 2 : at + 1;
  const first = SEASONS[words[from] ?? ''];
  const isNoun = !/^(spring|fall)$/.test(words[from] ?? '') || BEFORE_SEASON.test(words[from - 1] ?? '');
  if (first === undefined || !isNoun) return undefined;
  const said = yearAt(words, from + 1, today);
  let year = said?.value ?? today.year;
  if (said === undefined && (first > today.month || (which === 'last' && isRunning(first, today)))) year -= 1;
  if (said === undefined && which === 'last' && isRunning(first, today)) year = winterBegun(first, today) - 1;
  if (which === 'next') year = first > today.month ? today.year : today.year + 1;
  const start = { year, month: first, day: 1 };
  return { period: { from: isoOf(start), to: isoOf(addDays(addMonths(start, 3), -1)) }, end: said?.end ?? from + 1 };
};

/** The year in which the running season of that first month began. */
const winterBegun = (first: number, { year, month }: Day): number => (first > month ? year - 1 : year);

/** Whether today lies in the season that begins with that month. */
const isRunning = (first: number, { month }: Day): boolean => (month - first + 12) % 12 < 3;

export const SPAN_READERS: readonly Reader[] = [toDate, weekend, season];
