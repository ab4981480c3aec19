// Holidays by name, as days: of the year that was said, else the most recent one. Those of the United States that callers
// date payments by; a date that moves is a weekday of its month (5 U.S.C. 6103), or Easter's.
import { easter } from 'date-easter';
import { addDays, isoOf, singleDay, weekdayOf, type Day } from './calendar.js';
import { yearAt, type Reader } from './date-words.js';

type DateIn = (year: number) => Day;

const on =
  (month: number, day: number): DateIn =>
  (year) => ({ year, month, day });

/** The `n`th Monday (1) ... Sunday (7) of the month; the last where `n` is 5. */
const nth =
  (n: number, weekday: number, month: number): DateIn =>
  (year) => {
    const first = { year, month, day: 1 };
    const day = 1 + ((weekday + 6 - weekdayOf(first)) % 7) + 7 * (n - 1);
    const date = addDays(first, day - 1);
    return date.month === month ? date : addDays(date, -7);
  };

const after =
  (of: DateIn, days: number): DateIn =>
  (year) =>
    addDays(of(year), days);

const EASTER: DateIn = (year) => {
  const { month, day } = easter(year);
  return { year, month, day };
};
const THANKSGIVING = nth(4, 4, 11);

/** By their words, apostrophes gone; the longest first. */
const HOLIDAYS: readonly (readonly [name: readonly string[], date: DateIn])[] = (
  [
    ['new year eve|new years eve', on(12, 31)],
    ['martin luther king day|mlk day', nth(3, 1, 1)],
    ['valentine day|valentines day|valentine|valentines', on(2, 14)],
    ['presidents day|president day|washington birthday', nth(3, 1, 2)],
    ['st patrick day|saint patrick day', on(3, 17)],
    ['good friday', after(EASTER, -2)],
    ['easter sunday|easter', EASTER],
    ['easter monday', after(EASTER, 1)],
    ['mother day|mothers day', nth(2, 7, 5)],
    ['memorial day', nth(5, 1, 5)],
    ['juneteenth', on(6, 19)],
    ['father day|fathers day', nth(3, 7, 6)],
    ['independence day|fourth of july|4th of july', on(7, 4)],
    ['labor day|labour day', nth(1, 1, 9)],
    ['columbus day', nth(2, 1, 10)],
    ['halloween', on(10, 31)],
    ['veterans day|veteran day', on(11, 11)],
    ['thanksgiving day|thanksgiving', THANKSGIVING],
    ['black friday', after(THANKSGIVING, 1)],
    ['cyber monday', after(THANKSGIVING, 4)],
    ['christmas eve', on(12, 24)],
    ['boxing day', on(12, 26)],
    ['christmas day|christmas', on(12, 25)],
  ] as const
)
  .flatMap(([names, date]) => names.split('|').map((name) => [name.split(' '), date] as const))
  .toSorted(([a], [b]) => b.length - a.length);

export const holiday: Reader = (words, at, today) => {
  const found = HOLIDAYS.find(([name]) => name.every((word, n) => words[at + n] === word));
  if (found === undefined) return undefined;
  const [name, dateIn] = found;
  const end = at + name.length;
  const said = yearAt(words, end, today);
  const thisYear = dateIn(today.year);
  const last = isoOf(thisYear) > isoOf(today) ? dateIn(today.year - 1) : thisYear;
  return { period: singleDay(said === undefined ? last : dateIn(said.value)), end: said?.end ?? end };
};
