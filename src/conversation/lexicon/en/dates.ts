// Dates in English.
import { cardinal, ordinal, year } from './numbers.js';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const MONTH = String.raw`(?:(?:${MONTHS.join('|')})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)`;
const SHORT_MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)';
const MONTH_RANGE = new RegExp(String.raw`\b${SHORT_MONTH}\.? ?[-–] ?${SHORT_MONTH}\b`, 'gu');
const WEEKDAY = '(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)';
const WEEKDAY_RANGE = new RegExp(String.raw`\b${WEEKDAY}\.? ?[-–] ?${WEEKDAY}\b`, 'gu');
const WEEKDAY_DATE = new RegExp(String.raw`\b${WEEKDAY}\b\.?(?=,? (?:${MONTH}|\d))`, 'gu');
const YEAR = String.raw`(?:19|20)\d{2}(?![\d%]|[.,]\d)`;
const SUFFIX = '(?:st|nd|rd|th)?';

const ISO_RANGE = /(\d{4}-\d{2}-\d{2}) ?[-–—/] ?(?=\d{4}-\d{2}-\d{2})/gu;
const ISO =
  /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?(?![\d-])/gu;
const ISO_MONTH = /(?<![\d-])((?:19|20)\d{2})-(0[1-9]|1[0-2])(?![\d-])/gu;
const NUMERIC = /(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?![\d/-]|\.\d)/gu;
const SHORT = /\b(on|since|until|till|dated) (\d{1,2})\/(\d{1,2})(?![\d/])/giu;
const MONTH_DAY = new RegExp(
  String.raw`\b(${MONTH}) (\d{1,2})(?!\d)${SUFFIX}(?: ?[-–] ?(\d{1,2})(?!\d)${SUFFIX})?(?:,? (${YEAR}))?(?![\d:%]|[.,]\d| ?[apAP][mM]\b)`,
  'gu',
);
const DAY_MONTH = new RegExp(
  String.raw`\b(on |the |by |until |till |since |from |to |before |after )?(\d{1,2})(st|nd|rd|th)?( of)? (${MONTH})(?:,? (${YEAR}))?`,
  'gu',
);
const MONTH_YEAR = new RegExp(String.raw`\b(${MONTH}),? (${YEAR})`, 'gu');
const SHORT_DECADE = /(?<![\w$€£.,])['’]?([2-9]0)['’]?s\b/gu;
const DECADE = /(?<![\d$€£])((?:1[1-9]|20)\d)0['’]?s\b/gu;
const IN_YEAR = new RegExp(
  String.raw`\b(in|since|until|till|by|during|before|after|of|for|from|year|early|late|mid|spring|summer|fall|autumn|winter|Q[1-4]|FY)[ -]?(${YEAR})(?:( to | and | through | ?[-–] ?)(${YEAR}))?(?!-)`,
  'giu',
);
const YEAR_IN_BRACKETS = new RegExp(String.raw`\((${YEAR})\)`, 'gu');

/** The full name of a month or a day of the week that is abbreviated. */
const full = (names: readonly string[], short: string): string =>
  names.find((name) => name.startsWith(short.slice(0, 3))) ?? short;

/** Of the month's English name or its beginning, 1 to 12. */
const monthNumber = (name: string): number => MONTHS.findIndex((month) => month.startsWith(name.slice(0, 3))) + 1;

const isDay = (day: number): boolean => day >= 1 && day <= 31;

function dateInWords(month: number, day: number, yearText?: string): string | undefined {
  const name = MONTHS[month - 1];
  if (name === undefined || !isDay(day)) return undefined;
  return `${name} ${ordinal(day)}${yearText === undefined ? '' : `, ${year(Number(yearText))}`}`;
}

/** "26" is 2026, "99" is 1999. */
const fullYear = (text: string): string => (text.length === 4 ? text : `${Number(text) < 70 ? '20' : '19'}${text}`);

/** Month and day of two numbers, in the order that the language uses unless only the other one is possible. */
function monthAndDay(first: string, second: string, dayFirst: boolean): [number, number] {
  const [a, b] = [Number(first), Number(second)];
  const swapped = dayFirst ? b <= 12 : a > 12;
  return swapped ? [b, a] : [a, b];
}

/** `dayFirst`: 3/5/2026 is the third of May. */
export function sayDates(text: string, dayFirst: boolean): string {
  return sayNamedMonths(sayNumericDates(text, dayFirst))
    .replace(DECADE, (_, decade: string) => decadeInWords(Number(`${decade}0`)))
    .replace(SHORT_DECADE, (_, decade: string) => decadeInWords(Number(decade)))
    .replace(IN_YEAR, (_, before: string, from: string, joint?: string, to?: string) => {
      const start = `${before} ${year(Number(from))}`;
      if (to === undefined) return start;
      return `${start}${/[-–]/u.test(joint ?? '') ? ' to ' : joint}${year(Number(to))}`;
    })
    .replace(YEAR_IN_BRACKETS, (_, only: string) => `(${year(Number(only))})`);
}

function sayNumericDates(text: string, dayFirst: boolean): string {
  return text
    .replace(ISO_RANGE, '$1 to ')
    .replace(ISO, (whole, y: string, m: string, d: string, time?: string, zone?: string) => {
      const date = dateInWords(Number(m), Number(d), y);
      if (date === undefined) return whole;
      return `${date}${time === undefined ? '' : ` at ${time}`}${zone === 'Z' ? ' UTC' : ''}`;
    })
    .replace(ISO_MONTH, (_, y: string, m: string) => `${MONTHS[Number(m) - 1] ?? ''} ${year(Number(y))}`)
    .replace(NUMERIC, (whole, first: string, mark: string, second: string, y: string) => {
      if (mark !== '/' && y.length === 2) return whole;
      const [month, day] = monthAndDay(first, second, dayFirst || mark === '.');
      return dateInWords(month, day, fullYear(y)) ?? whole;
    })
    .replace(SHORT, (whole, before: string, first: string, second: string) => {
      const [month, day] = monthAndDay(first, second, dayFirst);
      const date = dateInWords(month, day);
      return date === undefined ? whole : `${before} ${date}`;
    });
}

function sayNamedMonths(text: string): string {
  return text
    .replace(WEEKDAY_RANGE, (_, from: string, to: string) => `${full(WEEKDAYS, from)} to ${full(WEEKDAYS, to)}`)
    .replace(WEEKDAY_DATE, (_, day: string) => full(WEEKDAYS, day))
    .replace(MONTH_RANGE, (_, from: string, to: string) => `${full(MONTHS, from)} to ${full(MONTHS, to)}`)
    .replace(MONTH_DAY, (whole, name: string, day: string, lastDay?: string, y?: string) => {
      const date = dateInWords(monthNumber(name), Number(day));
      if (date === undefined || (lastDay !== undefined && !isDay(Number(lastDay)))) return whole;
      const to = lastDay === undefined ? '' : ` to ${ordinal(Number(lastDay))}`;
      return `${date}${to}${y === undefined ? '' : `, ${year(Number(y))}`}`;
    })
    .replace(
      DAY_MONTH,
      (whole, before: string | undefined, day: string, suffix?: string, of?: string, name?: string, y?: string) => {
        // "3 May payments" counts payments; a suffix, a year or a preposition makes it a date.
        if ((before ?? suffix ?? of ?? y) === undefined || !isDay(Number(day))) return whole;
        const article = before === 'the ' ? '' : 'the ';
        const month = full(MONTHS, name ?? '');
        return `${before ?? ''}${article}${ordinal(Number(day))} of ${month}${y === undefined ? '' : `, ${year(Number(y))}`}`;
      },
    )
    .replace(MONTH_YEAR, (_, name: string, y: string) => `${full(MONTHS, name)} ${year(Number(y))}`);
}

/** 1990 -> "nineteen nineties", 90 -> "nineties". */
function decadeInWords(first: number): string {
  const words = first < 100 ? cardinal(first) : year(first);
  return words.endsWith('y') ? `${words.slice(0, -1)}ies` : `${words}s`;
}
