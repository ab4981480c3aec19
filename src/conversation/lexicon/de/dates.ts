// Dates and times of day in German.
import { cardinal, counting, ordinal, year } from './numbers.js';

const MONTHS = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ');
const MONTH = String.raw`(?:${MONTHS.join('|')}|(?:Jän(?:ner)?|Jan|Feb|Mär|Mrz|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\b\.?)`;
const YEAR = String.raw`(?:1[1-9]|20)\d{2}(?![\d%]|[.,]\d)`;
/** A day that follows one of these ends in -n: "am fünften März". */
const BEFORE = String.raw`(?:(am|vom|zum|beim|im|dem|den|ab|bis|seit|nach|vor|der|die|das|und) )?`;

const ISO =
  /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\d-])/gu;
const NUMERIC = /(?<![\d/.-])(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})?(?![\d/-]|\.\d| ?(?:Uhr|[€$%]))/gu;
const RANGE = new RegExp(String.raw`\b(\d{1,2})\. ?(?:[-–]|bis) ?(?=\d{1,2}\. ?${MONTH})`, 'gu');
const DAY_MONTH = new RegExp(String.raw`\b${BEFORE}(?<![\d.])(\d{1,2})\. ?(${MONTH})(?: (${YEAR}))?`, 'giu');
const MONTH_YEAR = new RegExp(String.raw`\b(${MONTHS.join('|')}) (${YEAR})`, 'gu');
const IN_YEAR = new RegExp(
  String.raw`\b(in|seit|von|bis|ab|Jahr|Jahre|Jahres|vor|nach|Sommer|Winter|Frühjahr|Herbst) (1[1-9]\d{2})(?![\d%.,]\d|\d)`,
  'gu',
);
const NTH = /\b(am|vom|zum|beim|im|dem|den|der|die|das|jeder|jede|jedes|jeden) (\d{1,3})\. (?=\p{L})/giu;

const CLOCK = /(?<![\d:.,])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?Uhr\b| ?h\b)?/gu;
const CLOCK_DOT = /(?<![\d:.,])([01]?\d|2[0-4])\.([0-5]\d) ?Uhr\b/gu;
const HOUR = /(?<![\d:.,])([01]?\d|2[0-4]) ?Uhr\b/gu;
const CLOCK_RANGE = /(\d(?:[:.]\d{2})?(?: ?Uhr)?) ?[-–] ?(?=(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)? ?Uhr\b|\d{1,2}:\d{2})/gu;

const monthName = (name: string): string | undefined => {
  const short = name.slice(0, 3).replace('Mrz', 'Mär').replace('Jän', 'Jan');
  return MONTHS.find((month) => month.startsWith(short));
};
const isDay = (day: number): boolean => day >= 1 && day <= 31;

/** "fünfte", "fünften" or "fünfter", by the word before it. */
const dayAfter = (before: string | undefined, day: number): string =>
  ordinal(day, before === undefined ? 'er' : /^(?:der|die|das|jede)$/iu.test(before) ? 'e' : 'en');

/** "26" is 2026, "99" is 1999. */
const fullYear = (text: string): number =>
  text.length === 4 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900);

export function sayDates(text: string): string {
  return text
    .replace(ISO, (whole, y: string, m: string, d: string, time?: string) => {
      const name = MONTHS[Number(m) - 1];
      if (name === undefined || !isDay(Number(d))) return whole;
      return `${Number(d)}. ${name} ${y}${time === undefined ? '' : ` um ${time}`}`;
    })
    .replace(NUMERIC, (whole, d: string, m: string, y: string | undefined) => {
      const name = MONTHS[Number(m) - 1];
      if (name === undefined || !isDay(Number(d))) return whole;
      // Without a year the second period may be the sentence's as well: the voice pauses either way.
      return `${d}. ${name}${y === undefined ? (/\s$/u.test(whole) ? ' ' : '') : ` ${fullYear(y)}`}`;
    })
    .replace(RANGE, (_, day: string) => `${ordinal(Number(day), 'en')} bis `)
    .replace(DAY_MONTH, (whole, before: string | undefined, day: string, name: string, y?: string) => {
      const month = monthName(name);
      if (month === undefined || !isDay(Number(day))) return whole;
      const lead = before === undefined ? '' : `${before} `;
      return `${lead}${dayAfter(before, Number(day))} ${month}${y === undefined ? '' : ` ${year(Number(y))}`}`;
    })
    .replace(MONTH_YEAR, (_, name: string, y: string) => `${name} ${year(Number(y))}`)
    .replace(IN_YEAR, (_, before: string, y: string) => `${before} ${year(Number(y))}`)
    .replace(NTH, (_, before: string, n: string) => `${before} ${dayAfter(before, Number(n))} `);
}

/** 14:30 -> "vierzehn Uhr dreißig", "1 Uhr" -> "ein Uhr". */
export function sayTimes(text: string): string {
  return text
    .replace(CLOCK_RANGE, '$1 bis ')
    .replace(CLOCK, (_, hour: string, minute: string) => clock(hour, minute))
    .replace(CLOCK_DOT, (_, hour: string, minute: string) => clock(hour, minute))
    .replace(HOUR, (_, hour: string) => clock(hour, '00'));
}

const clock = (hour: string, minute: string): string =>
  `${counting(Number(hour))} Uhr${minute === '00' ? '' : ` ${cardinal(Number(minute))}`}`;
