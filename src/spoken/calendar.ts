// Days and ranges of days, without times of day: pure arithmetic on the proleptic Gregorian calendar.

import type { Day } from './spoken.port.js';

export type { Day };

/** Both ends included; an open end is missing. Days as YYYY-MM-DD. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
}

const DAY_MS = 86_400_000;

/** The day that it is then in a time zone (IANA), in the process's own without one. Throws RangeError for an unknown zone. */
export function dayOf(date: Date, timeZone?: string): Day {
  if (timeZone === undefined) return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(date);
  const numberOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return { year: numberOf('year'), month: numberOf('month'), day: numberOf('day') };
}

export function isoOf({ year, month, day }: Day): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The day of "YYYY-MM-DD" (a time after it is ignored), or undefined when there is no such day. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:$|T)/.exec(text);
  if (match === null) return undefined;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return isReal(day) ? day : undefined;
}

export function isReal({ year, month, day }: Day): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

export function addDays(from: Day, days: number): Day {
  const date = new Date(Date.UTC(from.year, from.month - 1, from.day) + days * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The same day so many months later; the last day of the month when it is too short. */
export function addMonths(from: Day, months: number): Day {
  const index = from.year * 12 + (from.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  return { year, month, day: Math.min(from.day, daysIn(year, month)) };
}

/** 0 is Monday, 6 is Sunday. */
export function weekdayOf({ year, month, day }: Day): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function wholeMonth(year: number, month: number): Required<Period> {
  return { from: isoOf({ year, month, day: 1 }), to: isoOf({ year, month, day: daysIn(year, month) }) };
}

export function wholeYear(year: number): Required<Period> {
  return { from: isoOf({ year, month: 1, day: 1 }), to: isoOf({ year, month: 12, day: 31 }) };
}

/** Monday to Sunday. */
export function wholeWeek(of: Day): Required<Period> {
  const monday = addDays(of, -weekdayOf(of));
  return { from: isoOf(monday), to: isoOf(addDays(monday, 6)) };
}

/** `quarter` is 1-4. */
export function wholeQuarter(year: number, quarter: number): Required<Period> {
  const last = quarter * 3;
  return { from: wholeMonth(year, last - 2).from, to: wholeMonth(year, last).to };
}

export function singleDay(day: Day): Required<Period> {
  return { from: isoOf(day), to: isoOf(day) };
}
