// Numbers that name something instead of counting it: clients, orders, phones, cards. They are read digit by digit.
//
// Why not "five thousand one" or "fifty oh one" for client 5001: twelve such numbers in three voices of flite, heard by
// pocketsphinx with its general model (2026-11-21), came out right 31 times of 36 digit by digit, 30 times as whole
// numbers and 19 times in pairs; and what went wrong with whole numbers became another number ("sixteen" sixty,
// "thousand" five hundred), while a digit that is lost is noticed.
import { cardinal, digitByDigit } from './numbers.js';

const NOUN =
  'clients?|customers?|accounts?|acct|users?|members?|patients?|orders?|invoices?|tickets?|cases?|references?|ref|' +
  'confirmations?|bookings?|reservations?|polic(?:y|ies)|claims?|tracking|transactions?|cards?|pin|codes?|passcode|' +
  'zip|postcode|room|flight|ids?|numbers?|extension|ending in|ends in|ending with|ends with|last four(?: digits)?';
const FILLER = String.raw`(?: (?:id|number|numbers|no\.|code)(?: is)?)?`;
const JOINT = String.raw`, (?:and |or )?| (?:and|or|to|through|&) | ?[-–] ?`;
const ID = String.raw`#?\d{4,15}(?!\d|[.,:/]\d)`;
const NAMED = new RegExp(String.raw`\b(?:${NOUN})${FILLER}:? ?${ID}(?:(?:${JOINT})${ID}){0,20}`, 'giu');

const HASH_NUMBER = /(?<![\w&])#(\d{1,15})(?![\d]|[.,]\d)/gu;
/** "INV-2041", "ORD5001". */
const LETTERS_AND_DIGITS = /\b([A-Z]{1,6})-?(\d{3,15})(?![\d]|[.,]\d)/gu;

const PHONE = /(?<![\w.+-])(?:(\+?1)[ .-]?)?(?:\((\d{3})\) ?|(\d{3})[ .-])(\d{3})[ .-](\d{4})(?![\w-]|\.\d)/gu;
const INTERNATIONAL = /(?<![\w+])\+(\d[\d ().-]{5,22}\d)(?!\w)/gu;
const LOCAL = /(?<![\w.,$€£-])(\d{3})-(\d{4})(?![\w-]|[.,]\d)/gu;
/** "123-45-6789", "4242 4242 4242 4242". */
const GROUPS = /(?<![\w.,-])\d{1,6}(?:-\d{1,6}){2,6}(?![\w-]|[.,]\d)|(?<!\d)\d{4}(?: \d{4}){2,3}(?!\d)/gu;
const EXTENSION = /\bext\.? ?(\d{2,6})\b/giu;

/** Groups of digits with a pause between them. */
const inGroups = (groups: readonly string[]): string => groups.map(digitByDigit).join(', ');

export function sayPhones(text: string): string {
  return text
    .replace(PHONE, (_, country?: string, bracketed?: string, area?: string, exchange?: string, line?: string) => {
      const prefix = country === undefined ? '' : `${country.startsWith('+') ? 'plus ' : ''}one, `;
      return prefix + inGroups([bracketed ?? area ?? '', exchange ?? '', line ?? '']);
    })
    .replace(INTERNATIONAL, (whole, rest: string) => {
      const groups = rest.match(/\d{1,15}/gu) ?? [];
      const digits = groups.join('').length;
      // ITU-T E.164: at most 15 digits.
      return digits < 7 || digits > 15 ? whole : `plus ${inGroups(groups)}`;
    })
    .replace(LOCAL, (whole, exchange: string, line: string) =>
      // "500-1000" is a range.
      line.endsWith('00') ? whole : inGroups([exchange, line]),
    )
    .replace(GROUPS, (whole) => inGroups(whole.split(/[ -]/u)))
    .replace(EXTENSION, (_, digits: string) => `extension ${digitByDigit(digits)}`);
}

export function sayIdentifiers(text: string): string {
  return text
    .replace(NAMED, (whole) =>
      whole
        .replace(/(\d) ?[-–] ?(?=#?\d)/gu, '$1 to ')
        .replace(/([a-z])#/giu, '$1 #')
        .replace(/#?(\d{4,15})/gu, (_, digits: string) => digitByDigit(digits)),
    )
    .replace(HASH_NUMBER, (_, digits: string) =>
      digits.length < 4 ? `number ${cardinal(Number(digits))}` : `number ${digitByDigit(digits)}`,
    )
    .replace(LETTERS_AND_DIGITS, (_, letters: string, digits: string) => `${letters} ${digitByDigit(digits)}`);
}
