// Spoken periods ("in march", "since january", "between march and may", "the last three weeks") as ranges of days.
// A month or day without a year is the most recent one that has begun: callers ask about what has happened.
import { readDay, type Reading } from './date-readers.js';
import { addDays, addMonths, isoOf, parseDay, type Day, type Period } from './calendar.js';
import type { Slot } from './words.js';

type Words = readonly string[];

const JOINERS = new Set(['to', 'until', 'till', 'through', 'thru', 'and']);
const ONWARDS = /^(on|onward|onwards|forward)$/;

/** Every period in the words, left to right. `today` is the caller's day. */
export function findPeriods(words: Words, today: Day): Slot<Period>[] {
  const found: Slot<Period>[] = [];
  for (let at = 0; at < words.length;) {
    const reading = range(words, at, today) ?? allTime(words, at);
    if (reading === undefined) at += 1;
    else {
      found.push({ value: reading.period, start: at, end: reading.end });
      at = reading.end;
    }
  }
  return found;
}

function allTime(words: Words, at: number): { period: Period; end: number } | undefined {
  if (words[at] === 'all' && words[at + 1] === 'time') return { period: {}, end: at + 2 };
  return /^(ever|overall|altogether)$/.test(words[at] ?? '') ? { period: {}, end: at + 1 } : undefined;
}

function range(words: Words, at: number, today: Day): { period: Period; end: number } | undefined {
  const word = words[at];
  if (word === 'since' || word === 'after' || word === 'starting') {
    const first = readDay(words, skip(words, at + 1), today);
    if (first === undefined) return undefined;
    const from = word === 'after' ? nextDay(first.period.to) : first.period.from;
    return { period: { from }, end: first.end };
  }
  if (word === 'until' || word === 'till' || word === 'before' || word === 'by') {
    const last = readDay(words, skip(words, at + 1), today);
    if (last === undefined) return undefined;
    const to = word === 'before' ? previousDay(last.period.from) : last.period.to;
    return { period: { to }, end: last.end };
  }
  const introduced = word === 'between' || word === 'from';
  const first = readDay(words, introduced ? skip(words, at + 1) : at, today);
  if (first === undefined) return undefined;
  return span(words, first, today, introduced) ?? { period: first.period, end: first.end };
}

/** "... march to may", "from march on": what may follow the first part of a range. */
function span(
  words: Words,
  first: Reading,
  today: Day,
  introduced: boolean,
): { period: Period; end: number } | undefined {
  const joiner = words[first.end] ?? '';
  if (introduced && ONWARDS.test(joiner)) return { period: { from: first.period.from }, end: first.end + 1 };
  if (!JOINERS.has(joiner)) return undefined;
  const next = skip(words, first.end + 1);
  if (words[next] === 'now' || words[next] === 'date') {
    return { period: { from: first.period.from, to: isoOf(today) }, end: next + 1 };
  }
  const last = readDay(words, next, today);
  if (last === undefined) return undefined;
  // Without "from" or "between", "march and april" is one period and "march and may" are two.
  const adjoins = nextDay(first.period.to) === last.period.from;
  if (joiner === 'and' && !introduced && !adjoins) return undefined;
  const from = notAfter(first.period.from, last.period.to);
  return { period: { from, to: last.period.to }, end: last.end };
}

/** "from november to february" began in the year before. */
function notAfter(from: string, to: string): string {
  let day = parseDay(from);
  while (day !== undefined && isoOf(day) > to) day = addMonths(day, -12);
  return day === undefined ? from : isoOf(day);
}

function skip(words: Words, at: number): number {
  let next = at;
  while (/^(the|in|on|of|month|year|about|beginning|start|end)$/.test(words[next] ?? '')) next += 1;
  return next;
}

const shifted = (iso: string, days: number): string => {
  const day = parseDay(iso);
  return day === undefined ? iso : isoOf(addDays(day, days));
};
const nextDay = (iso: string): string => shifted(iso, 1);
const previousDay = (iso: string): string => shifted(iso, -1);
