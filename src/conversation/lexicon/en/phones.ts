// Numbers that one dials, and others whose groups say what they are: read digit by digit, with a pause between groups.
import { BANK_ACCOUNT, spell } from '../figures.js';
import { digitByDigit } from './numbers.js';

const PHONE = /(?<![\w.+-])(?:(\+?1)[ .-]?)?(?:\((\d{3})\) ?|(\d{3})[ .-])(\d{3})[ .-](\d{4})(?![\w-]|\.\d)/gu;
const INTERNATIONAL = /(?<![\w+])\+(\d[\d ().-]{5,22}\d)(?!\w)/gu;
const LOCAL = /(?<![\w.,$€£-])(\d{3})-(\d{4})(?![\w-]|[.,]\d)/gu;
/** "123-45-6789", "4242 4242 4242 4242". */
const GROUPS = /(?<![\w.,-])\d{1,6}(?:-\d{1,6}){2,6}(?![\w-]|[.,]\d)|(?<!\d)\d{4}(?: \d{4}){2,3}(?!\d)/gu;
const EXTENSION = /\bext\.? ?(\d{2,6})\b/giu;

/** "1-800-FLOWERS". */
const VANITY = /(?<![\w.+-])1-(8\d\d)-(?=[A-Z]{3})/gu;

/** Something is counted: "482913 rows"; "482913 is" counts nothing. */
export const NOT_COUNTED = String.raw`(?! (?!(?:is|was|has|as|this|its|his|does|always|unless|plus|vs|yes|us)\b)(?:people|men|women|children|[a-z]{2,20}s)\b)`;

/** "Call 911 or 112", "text YES to 88788". */
const DIALLED = new RegExp(
  String.raw`\b((?:call|dial|ring|phone|text)(?:ing|ed|s)?(?: (?:us|me|them|him|her|it|[A-Z]{2,12}))?(?: (?:at|on|to))? )(\d{3,7})(?:( or | and )(\d{3,7}))?(?![\w-]|\x20\d|[.,:/]\d)${NOT_COUNTED}`,
  'giu',
);
const EMERGENCY = new RegExp(String.raw`(?<![\w$€£₹.,#-])911(?![\w%-]|[.,:/]\d)${NOT_COUNTED}`, 'gu');

/** Ten digits in a row as in North America (an area and an exchange begin with 2 to 9), with its 1 or without. */
const UNSPACED = new RegExp(
  String.raw`(?<![\w$€£₹.,#+-])(1)?([2-9]\d{2})([2-9]\d{2})(\d{4})(?![\w%-]|[.,]\d)${NOT_COUNTED}`,
  'gu',
);
/** As most countries write theirs at home: "020 7946 0958", "07700 900123", "0161-496-0000". */
const TRUNK = /(?<![\w.,$€£₹-])0\d{1,4}(?:[ -]\d{2,8}){1,4}(?![\w-]|[.,]\d)/gu;
/** ZIP+4, and an employer's number: never ranges. */
const PAIR = /(?<![\w.,$€£₹-])(\d{5})-(\d{4})(?![\w-]|[.,]\d)|(?<![\w.,$€£₹-])(\d{2})-(\d{7})(?![\w-]|[.,]\d)/gu;

/** Groups of digits with a pause between them. */
export const inGroups = (groups: readonly string[]): string => groups.map(digitByDigit).join(', ');

export function sayPhones(text: string): string {
  return text
    .replace(BANK_ACCOUNT, (code) => spell(code, digitByDigit))
    .replace(VANITY, (_, area: string) => `one, ${digitByDigit(area)}, `)
    .replace(
      DIALLED,
      (_, before: string, first: string, joint?: string, second?: string) =>
        `${before}${digitByDigit(first)}${joint === undefined ? '' : `${joint}${digitByDigit(second ?? '')}`}`,
    )
    .replace(EMERGENCY, digitByDigit)
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
    .replace(TRUNK, (whole) => {
      const groups = whole.split(/[ -]/u);
      const digits = groups.join('').length;
      return digits < 9 || digits > 12 ? whole : inGroups(groups);
    })
    .replace(UNSPACED, (_, one: string | undefined, area: string, exchange: string, line: string) =>
      inGroups([...(one === undefined ? [] : [one]), area, exchange, line]),
    )
    .replace(GROUPS, (whole) => inGroups(whole.split(/[ -]/u)))
    .replace(PAIR, (whole) => inGroups(whole.split('-')))
    .replace(EXTENSION, (_, digits: string) => `extension ${digitByDigit(digits)}`);
}
