// English: what is written in signs, digits and abbreviations becomes words.
import { sayAbbreviations } from './abbreviations.js';
import { sayDates } from './dates.js';
import { sayIdentifiers } from './identifiers.js';
import { sayLeftOvers, sayMarks } from './marks.js';
import { sayMoney } from './money.js';
import { sayPhones } from './phones.js';
import { sayQuantities } from './quantities.js';
import { sayTimes } from './times.js';

/** English, but not where the month is written first (the United States, the Philippines, most of Canada). */
const DAY_FIRST = /^en[-_](?!us|ca|ph)/iu;

/**
 * From the narrow readings of digits to the wide ones: a date is not a range, a phone number is not a sum, and what is
 * left is a number. `text` is plain and its white space single.
 */
export function sayEnglish(text: string, language: string): string {
  let said = sayAbbreviations(text);
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
