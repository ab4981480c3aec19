// English: what is written in signs, digits and abbreviations becomes words.
import { sayAbbreviations } from './abbreviations.js';
import { spell } from '../figures.js';
import { sayDates } from './dates.js';
import { sayIdentifiers } from './identifiers.js';
import { sayLeftOvers, sayMarks } from './marks.js';
import { sayMoney } from './money.js';
import { digitByDigit } from './numbers.js';
import { sayPhones } from './phones.js';
import { sayQuantities } from './quantities.js';
import { sayTimes } from './times.js';

/** Switzerland groups by apostrophes, and writes a dash for no cents: "CHF 1'250.50", "12’500.–". */
const SWISS = /(?<![\d'’])\d{1,3}(?:['’]\d{3})+(?![\d'’])(?:\.[–-](?=\s|$))?/gu;
/** "1e-6", "2.5E+10"; without a sign or a fraction it may be a name. */
const POWER = /(?<![\w.])(\d(?:\.\d{1,15})?)[eE]([+-]\d{1,3})(?!\w)/gu;
/** A hardware address. */
const MAC = /(?<![\w:-])[\da-f]{2}(?:(?::[\da-f]{2}){5}|(?:-[\da-f]{2}){5})(?![\w:-])/giu;

/** Figures in the forms that everything below knows. */
const plainFigures = (text: string): string =>
  text
    .replace(SWISS, (whole) => whole.replace(/\.[–-]$/u, '').replaceAll(/['’]/gu, ','))
    .replace(
      POWER,
      (_, base: string, exponent: string) =>
        `${base} times ten to the ${exponent.replace('-', 'minus ').replace('+', '')}`,
    )
    .replace(MAC, (whole) => spell(whole.replaceAll(/[:-]/gu, '').toUpperCase(), digitByDigit));

/** English, but not where the month is written first (the United States, the Philippines, most of Canada). */
const DAY_FIRST = /^en[-_](?!us|ca|ph)/iu;

/**
 * From the narrow readings of digits to the wide ones: a date is not a range, a phone number is not a sum, and what is
 * left is a number. `text` is plain and its white space single.
 */
export function sayEnglish(text: string, language: string): string {
  let said = sayAbbreviations(plainFigures(text));
  if (/\d/u.test(said)) {
    said = sayDates(said, DAY_FIRST.test(language));
    said = sayTimes(said);
    said = sayMoney(said);
    said = sayPhones(said);
    said = sayIdentifiers(said);
    said = sayMarks(said);
    said = sayQuantities(said);
  } else {
    said = sayMarks(said);
  }
  return sayLeftOvers(said);
}
