// Spoken periods ("in march", "since january", "between march and may", "the last three weeks") as ranges of days.
// A month or day without a year is the most recent one that has begun: callers ask about what has happened.
import { isCorrection } from './answers.js';
import { addDays, addMonths, isoOf, parseDay, wholeQuarter, type Day, type Period } from './calendar.js';
import { readDay, type Reading } from './date-readers.js';
import { dayAt, unitAt, unitBack } from './date-words.js';
import { readOrdinal } from './numbers.js';
import type { Slot } from './words.js';

type Words = readonly string[];
type Range = { readonly period: Period; readonly end: number };

const JOINERS = new Set(['to', 'until', 'till', 'til', 'through', 'thru', 'and']);
const ONWARDS = /^(on|onward|onwards|forward)$/;

/** "Compare october to november", "the difference between march and may": two periods. */
const COMPARES = /^(compare|compared|comparing|comparison|difference|versus|vs|against)$/;

/**
 * Every period in the words, left to right. `today` is the caller's day, `talkedOf` the period that the talk was about before:
 * "and the month before that".
 */
export function findPeriods(words: Words, today: Day, talkedOf?: Period): Slot<Period>[] {
  const found: Slot<Period>[] = [];
  const compared = words.some((word) => COMPARES.test(word));
  for (let at = 0; at < words.length;) {
    const reading =
      another(words, at, today, found.at(-1)) ??
      range(words, at, today, compared) ??
      beside(words, at, found.at(-1)?.value ?? talkedOf) ??
      allTime(words, at);
    const outer = reading === undefined ? undefined : outerAt(words, reading.end, today);
    // "The weekend of october 10th": what lies around it is surer than what cannot be told from its own words.
    if (reading === undefined) at += 1;
    else if (outer !== undefined) at = outer;
    else {
      found.push({ value: reading.period, start: at, end: reading.end });
      at = reading.end;
    }
  }
  return cutShort(withoutAll(found, words), words);
}

const isAll = ({ value: { from, to } }: Slot<Period>): boolean => from === undefined && to === undefined;

/** "Altogether between january and june": all time is no period beside another, unless it replaces that ("no, all time"). */
function withoutAll(found: Slot<Period>[], words: Words): Slot<Period>[] {
  const named = found.filter((slot) => !isAll(slot));
  const [before, last] = [named.at(-1), found.at(-1)];
  if (before === undefined || last === undefined) return found;
  const isReplaced = isAll(last) && words.slice(before.end, last.start).some(isCorrection);
  return isReplaced ? found : named;
}

/** Between two periods of which each is meant. */
const APART = /^(and|or|versus|vs|against|with|then|plus)$/;

/** "This week until today", "this year up to march": the end of the period before it, and no second one. */
function cutShort(found: readonly Slot<Period>[], words: Words): Slot<Period>[] {
  return found.reduce<Slot<Period>[]>((kept, slot) => {
    const before = kept.at(-1);
    const [outer, { from, to }] = [before?.value, slot.value];
    if (before === undefined || outer?.from === undefined || outer.to === undefined || to === undefined)
      return [...kept, slot];
    const isInside = from === undefined && outer.from <= to && to <= outer.to;
    if (!isInside || words.slice(before.end, slot.start).some((word) => APART.test(word) || isCorrection(word)))
      return [...kept, slot];
    return [...kept.slice(0, -1), { value: { from: outer.from, to }, start: before.start, end: slot.end }];
  }, []);
}

/** "October 5th and the 12th": the second day is of the first one's month. */
function another(words: Words, at: number, today: Day, before: Slot<Period> | undefined): Range | undefined {
  const { from, to } = before?.value ?? {};
  if (before === undefined || from === undefined || to === undefined) return undefined;
  if (!/^(and|or|versus|vs)( on| in)?( the)?$/.test(words.slice(before.end, at).join(' '))) return undefined;
  return (
    dayAfter({ period: { from, to }, end: before.end }, readDay(words, at, today)) ??
    quarterAfter(words, at, before, from)
  );
}

/** "In the second quarter or in the third". */
function quarterAfter(words: Words, at: number, before: Slot<Period>, from: string): Range | undefined {
  const ordinal = words[before.end - 1] === 'quarter' ? readOrdinal(words, at) : undefined;
  const year = parseDay(from)?.year;
  if (ordinal === undefined || year === undefined || ordinal.value > 4) return undefined;
  return { period: wholeQuarter(year, ordinal.value), end: ordinal.end };
}

/** "The month before that", "the day after", "that month": next to the period that was talked of. */
function beside(words: Words, at: number, period: Period | undefined): Range | undefined {
  const unit = unitAt(words, at);
  if (words[at] === 'that' && unitAt(words, at + 1) !== undefined && words[at + 2] !== 'before')
    return period === undefined ? undefined : { period, end: at + 2 };
  const isBefore = /^(before|prior)$/.test(words[at + 1] ?? '');
  if (unit === undefined || !(isBefore || words[at + 1] === 'after')) return undefined;
  const of = parseDay((isBefore ? period?.from : period?.to) ?? '');
  const end = /^(that|this|it|then)$/.test(words[at + 2] ?? '') ? at + 3 : at + 2;
  return of === undefined ? undefined : { period: unitBack(unit, isBefore ? 1 : -1, of), end };
}

/** Where a period begins that another one is "of" or "in". */
function outerAt(words: Words, end: number, today: Day): number | undefined {
  // "The week from monday the 9th to the 15th".
  const isSpelledOut = /^(week|weekend|month|days?|period)$/.test(words[end - 1] ?? '');
  if (isSpelledOut && /^(from|between)$/.test(words[end] ?? '') && readDay(words, end + 1, today) !== undefined)
    return end;
  if (words[end] !== 'of' && words[end] !== 'in') return undefined;
  const from = words[end + 1] === 'the' ? end + 2 : end + 1;
  return readDay(words, from, today) === undefined ? undefined : from;
}

function allTime(words: Words, at: number): Range | undefined {
  if (words[at] === 'all' && words[at + 1] === 'time') return { period: {}, end: at + 2 };
  // "How much was that altogether" asks for a sum.
  if (/^(that|this|it|those|these|they|was|were|come|came)$/.test(words[at - 1] ?? '')) return undefined;
  return /^(ever|overall|altogether)$/.test(words[at] ?? '') ? { period: {}, end: at + 1 } : undefined;
}

function range(words: Words, at: number, today: Day, compared: boolean): Range | undefined {
  const word = words[at];
  if (word === 'since' || word === 'after' || word === 'starting') return onwards(words, at, today);
  if (word === 'until' || word === 'till' || word === 'til' || word === 'before' || word === 'by') {
    return upTo(words, at + 1, today, word === 'before');
  }
  const isSum = /^add(s|ed)?$/.test(words[at - 1] ?? ''); // "add up to"
  if (word === 'up' && !isSum && /^(to|until|till|through)$/.test(words[at + 1] ?? ''))
    return upTo(words, at + 2, today, false);
  const introduced = word === 'between' || word === 'from';
  const from = introduced ? skip(words, at + 1) : { at, edge: undefined };
  const first = readDay(words, from.at, today) ?? dayOfNext(words, from.at, today, introduced);
  if (first === undefined) return undefined;
  const whole = from.edge === 'end' ? { ...first, period: { ...first.period, from: first.period.to } } : first;
  const isApart = compared && word !== 'from';
  return (isApart ? undefined : span(words, whole, today, introduced ? word : undefined)) ?? soFar(words, first, today);
}

/** "from 1 to 15 september", "3 to 5 of may": the month comes with the second day. */
function dayOfNext(words: Words, at: number, today: Day, introduced: boolean): Reading | undefined {
  const day = dayAt(words, at);
  const joiner = words[day?.end ?? -1] ?? '';
  if (day === undefined || !JOINERS.has(joiner) || (joiner === 'and' && !introduced)) return undefined;
  const last = readDay(words, day.end + 1, today);
  if (last === undefined || last.period.from !== last.period.to || last.bareDay !== undefined) return undefined;
  const iso = `${last.period.from.slice(0, 8)}${String(day.value).padStart(2, '0')}`;
  return parseDay(iso) === undefined ? undefined : { period: { from: iso, to: iso }, end: day.end };
}

/** "since march", "after october 15 till now", "since this quarter started". */
function onwards(words: Words, at: number, today: Day): Range | undefined {
  const from = skip(words, at + 1);
  const first = readDay(words, from.at, today);
  if (first === undefined) return undefined;
  const begun = from.edge === 'end' ? first.period.to : first.period.from;
  const day = words[at] === 'after' ? nextDay(from.edge === 'start' ? first.period.from : first.period.to) : begun;
  const end = /^(started|begins?|began|starts|start)$/.test(words[first.end] ?? '') ? first.end + 1 : first.end;
  const isEnded = JOINERS.has(words[end] ?? '') && words[end] !== 'and';
  const last = isEnded ? untilHere(words, end + 1, today) : undefined;
  return last === undefined ? { period: { from: day }, end } : { period: { from: day, to: last.to }, end: last.end };
}

function upTo(words: Words, at: number, today: Day, excluded: boolean): Range | undefined {
  const until = skip(words, at);
  const last = readDay(words, until.at, today);
  if (last === undefined) return undefined;
  const begins = until.edge === 'start' ? last.period.from : undefined;
  const to = excluded ? previousDay(until.edge === 'end' ? last.period.to : last.period.from) : last.period.to;
  return { period: { to: excluded ? to : (begins ?? to) }, end: last.end };
}

/** "now", "the end of may", "the 15th": the last day of a range, which begins before it. */
function untilHere(words: Words, at: number, today: Day): { to: string; end: number } | undefined {
  if (/^(now|date)$/.test(words[at] ?? '')) return { to: isoOf(today), end: at + 1 };
  const until = skip(words, at);
  const last = readDay(words, until.at, today);
  return last === undefined
    ? undefined
    : { to: until.edge === 'start' ? last.period.from : last.period.to, end: last.end };
}

/** "this year so far". */
function soFar(words: Words, { period, end }: Reading, today: Day): Range {
  const isSoFar = words[end] === 'so' && words[end + 1] === 'far' && period.from <= isoOf(today);
  return isSoFar ? { period: { from: period.from, to: isoOf(today) }, end: end + 2 } : { period, end };
}

/** "... march to may", "from march on": what may follow the first part of a range. */
function span(words: Words, first: Reading, today: Day, introduced: string | undefined): Range | undefined {
  const joiner = words[first.end] ?? '';
  if (introduced !== undefined && ONWARDS.test(joiner)) {
    return { period: { from: first.period.from }, end: first.end + 1 };
  }
  const isUpTo = joiner === 'up' && /^(to|until|till|through)$/.test(words[first.end + 1] ?? '');
  if (!JOINERS.has(joiner) && !isUpTo) return undefined;
  let after = first.end + 1;
  // "until and with june", "through to the end of may", "up to and including".
  while (/^(to|until|till|and|with|including)$/.test(words[after] ?? '')) after += 1;
  const next = skip(words, after);
  if (/^(now|date)$/.test(words[next.at] ?? '')) {
    return { period: { from: first.period.from, to: isoOf(today) }, end: next.at + 1 };
  }
  const read = readDay(words, next.at, today);
  const last = dayAfter(first, read) ?? read ?? sameMonth(words, next.at, first);
  if (last === undefined) return undefined;
  const from = dayIn(first, last);
  const end = next.edge === 'start' ? last.period.from : last.period.to;
  const isCut = introduced === undefined && (isUpTo || /^(until|till|til)$/.test(joiner));
  const to = (isCut && !saysYear(words.slice(next.at, last.end)) && insideOf(first, last, end)) || end;
  // Without "from" or "between", "march and april" is one period and "march and may" are two.
  const adjoins = nextDay(first.period.to) === last.period.from;
  if (joiner === 'and' && introduced === undefined && !adjoins) return undefined;
  return { period: { from: notAfter(from, to), to }, end: last.end };
}

const saysYear = (words: Words): boolean => words.some((word) => /^(\d{4}|year|twenty)$/.test(word));

/** "Last year until the end of june", "last month up to the 15th": of that year, of that month. */
function insideOf({ period: outer }: Reading, { period: last }: Reading, end: string): string | undefined {
  if (end <= outer.to) return undefined;
  const ofYear = `${outer.to.slice(0, 4)}${end.slice(4)}`;
  const ofMonth = last.from === last.to ? `${outer.to.slice(0, 8)}${end.slice(8)}` : ofYear;
  return [ofYear, ofMonth].find((day) => outer.from <= day && day <= outer.to);
}

/** "october 1 to 15". */
function sameMonth(words: Words, at: number, { period: { from, to } }: Reading): Reading | undefined {
  const day = from === to ? dayAt(words, at) : undefined;
  if (day === undefined) return undefined;
  return dayAfter({ period: { from, to }, end: at }, { period: { from, to }, end: day.end, bareDay: day.value });
}

/** "October 5th to 12th", "october 28 to the 3rd": a day without a month is the next one after the first, not the latest. */
function dayAfter({ period: { from, to }, bareDay: isBare }: Reading, last: Reading | undefined): Reading | undefined {
  const first = from === to && isBare === undefined ? parseDay(from) : undefined;
  if (first === undefined || last?.bareDay === undefined) return undefined;
  const month = last.bareDay < first.day ? addMonths({ ...first, day: 1 }, 1) : first;
  const iso = isoOf({ ...month, day: last.bareDay });
  return { period: { from: iso, to: iso }, end: last.end };
}

/** The first day of a range; of "the 1st to the 15th of october", in that month. */
function dayIn({ period, bareDay }: Reading, last: Reading): string {
  if (bareDay === undefined || last.bareDay !== undefined || last.period.from !== last.period.to) return period.from;
  return `${last.period.from.slice(0, 8)}${String(bareDay).padStart(2, '0')}`;
}

/** "from november to february" began in the year before, "from the 20th to the 5th" in the month before. */
function notAfter(from: string, to: string): string {
  const months = from.slice(0, 7) === to.slice(0, 7) ? -1 : -12;
  let day = parseDay(from);
  while (day !== undefined && isoOf(day) > to) day = addMonths(day, months);
  return day === undefined ? from : isoOf(day);
}

/** Words before a day; `edge` when it is about the beginning or the end of what follows. */
function skip(words: Words, at: number): { at: number; edge: 'start' | 'end' | undefined } {
  let next = at;
  let edge: 'start' | 'end' | undefined;
  for (; next < words.length; next += 1) {
    const word = words[next] ?? '';
    const isNamed = /^(month|year)$/.test(word) && (words[next + 1] === 'of' || /^\d{4}$/.test(words[next + 1] ?? ''));
    if (/^(beginning|start)$/.test(word)) edge = 'start';
    else if (word === 'end') edge = 'end';
    else if (!isNamed && !/^(the|in|on|of|about|back|very)$/.test(word)) break;
  }
  return { at: next, edge };
}

const shifted = (iso: string, days: number): string => {
  const day = parseDay(iso);
  return day === undefined ? iso : isoOf(addDays(day, days));
};
const nextDay = (iso: string): string => shifted(iso, 1);
const previousDay = (iso: string): string => shifted(iso, -1);
