// Numbers that name something instead of counting it: clients, orders, phones, cards. They are read digit by digit.
//
// Why not "five thousand one" or "fifty oh one" for client 5001: twelve such numbers in three voices of flite, heard by
// pocketsphinx with its general model (2026-11-21), came out right 31 times of 36 digit by digit, 30 times as whole
// numbers and 19 times in pairs; and what went wrong with whole numbers became another number ("sixteen" sixty,
// "thousand" five hundred), while a digit that is lost is noticed.
import { spell } from '../figures.js';
import { cardinal, digitByDigit } from './numbers.js';
import { inGroups, NOT_COUNTED } from './phones.js';

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

/** What is dictated, whatever its length: "your code is 482913", "zip 94103-1234", "area code 212". */
const DICTATED = new RegExp(
  String.raw`\b((?:pass)?code|pin|password|otp|zip|postcode|extension|phone|fax|mobile|cell|tracking|serial|confirmation|reference|ref|ssn|ein|imei|number|id)` +
    String.raw`((?: (?:number|code|no\.|id))?(?:,? (?:is|was))?:? )#?(\d{3,15}(?:[ -]\d{2,6}){0,4})(?![\w-]|[.,:/]\d)${NOT_COUNTED}`,
  'giu',
);
const STATES =
  'AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|' +
  'PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY';
const STATE_ZIP = new RegExp(String.raw`\b(${STATES}) (\d{5})(?:-(\d{4}))?(?![\w-]|[.,]\d)`, 'gu');
/** "flight BA 2490", "gate B 42": letters that a number belongs to, though a space is between. */
const LETTERS_APART =
  /\b([Ff]lights?|[Tt]rain|[Bb]us|[Rr]ef(?:erence)?|[Cc]ode|[Oo]rder|[Ii]nvoice|[Tt]icket|[Bb]ooking)((?: (?:number|is|no\.)){0,2}:? )([A-Z]{1,3}) (\d{2,6})(?![\w-]|[.,]\d)/gu;

/** "seat 14B", "Apartment 3M": a place and not fourteen billion of them. */
const PLACE_NOUN =
  '(?:seat|row|gate|apartment|flat|suite|room|platform|door|house|stand|bay|locker|table|section|block|building|form|' +
  'exit|lot|route|hall|terminal)s?|apt\\.?|box(?:es)?|bus(?:es)?';
const PLACE = String.raw`\d{1,4}[A-Z]\b`;
const PLACED = new RegExp(
  String.raw`\b(?:${PLACE_NOUN.replaceAll(/\b[a-z](?=[a-z])/gu, (first) => `[${first}${first.toUpperCase()}]`)}) ` +
    String.raw`${PLACE}(?:(?:, (?:and |or )?| (?:and|or|to) | ?[-–] ?)${PLACE}){0,8}`,
  'gu',
);

/** A serial number or a bank account: letters and digits in turn, "7F3K92", "1Z999AA10123456784", "GB29 NWBK 6016 1331". */
const MIXED =
  /(?<![\w.-])(?!\d{1,5}X\d{1,5}\b)(?=[A-Z0-9]{0,30}(?:\d[A-Z]{1,20}\d|[A-Z]\d{1,20}[A-Z]))[A-Z0-9]{6,34}(?![\w-]|\.\d)/gu;
export function sayIdentifiers(text: string): string {
  return text
    .replace(PLACED, (whole) =>
      whole
        .replace(/ ?[-–] ?(?=\d)/gu, ' to ')
        .replace(/(\d{1,4})([A-Z])\b/gu, (_, n: string, letter: string) => `${cardinal(Number(n))} ${letter}`),
    )
    .replace(
      STATE_ZIP,
      (_, state: string, zip: string, four?: string) =>
        `${state} ${inGroups(four === undefined ? [zip] : [zip, four])}`,
    )
    .replace(
      LETTERS_APART,
      (_, noun: string, between: string, letters: string, digits: string) =>
        `${noun}${between}${letters} ${digitByDigit(digits)}`,
    )
    .replace(MIXED, (code) => spell(code, digitByDigit))
    .replace(
      DICTATED,
      (_, noun: string, between: string, digits: string) => `${noun}${between}${inGroups(digits.split(/[ -]/u))}`,
    )
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
