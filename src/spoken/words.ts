// What was said, as plain lower-case words: the one form in which speech ("client five thousand and one") and typing
// ("Client 5001's?") look alike. Slots that were understood are masked, so that no word counts twice.

import { isoOf, isReal } from './calendar.js';
import { SHORTHAND } from './shorthand.js';
import type { Slot } from './spoken.port.js';

export type { Slot };

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcan't\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/\b(what|who|how|where|when|it|that|there|here|he|she)'s\b/g, '$1 is'],
  [/\blet's\b/g, 'let us'],
  [/'m\b/g, ' am'],
  [/'re\b/g, ' are'],
  [/'ll\b/g, ' will'],
  [/'ve\b/g, ' have'],
  [/'d\b/g, ' would'],
  [/'s\b|'/g, ''],
];

/** Recognisers write spelled letters as "u. s.", people type "e-mail" and "o'clock". */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\be[- ]mail/g, 'email'],
  [/\b(dont|do nt)\b/g, 'do not'],
  [/\b(cant|cannot)\b/g, 'can not'],
  [/\b(wont)\b/g, 'will not'],
  [/\bwhats\b/g, 'what is'],
  [/\b(gonna|wanna)\b/g, 'want to'],
  [/\bdotcom\b/g, 'dot com'],
  // How an address is written, and nothing of it.
  [/,? (?:all )?(?:one word|(?:in )?lower ?case|small letters|no spaces),?(?= (?:at|dot)\b)/g, ''],
  // As recognisers write it, before an address.
  [/\bmale (?=(?:\S+ ){1,12}(?:at|dot) )/g, 'mail '],
  [
    /\b(?:i tell a lie|my mistake|my bad|silly me|slip of the tongue|pardon me|did i say|i misspoke|on second thoughts?|(?:i )?take that back|(?:let me )?correct myself|(?:strike|scrub|scrap|forget) that)\b/g,
    'i mean',
  ],
  // "In the week from Monday to Sunday": the days say it.
  [/\b(?:in|for|over|during) the (?:week|days|period|time|months?) (?=from\b|between\b)/g, ''],
];

/**
 * An address, an ISO date, a number with its currency sign and separators, a domain, or a plain word. An address is looked
 * for where its characters begin, and a domain has as many labels of as many letters as the DNS allows or fewer: from
 * every position the search for one ends soon, so that "a.a.a.a." costs no more than its length.
 */
const TOKEN =
  /(?<![\d./-])\d{1,2}\/(?:\d{1,2}|\d{4})(?![\d/])|(?<![\d-])\d{4}-\d{2}(?![\d-])|(?<![\p{L}\d._%+-])[\p{L}\d._%+-]+@[\p{L}\d.-]+\p{L}|@|\d{4}-\d{2}-\d{2}|\$?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?%?|[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){0,8}\.\p{L}{2,63}(?![\p{L}\d])|[\p{L}\d]+/gu;

const SLASHED = /(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|(?<=\/)\d{2})(?![\d/-])/g;

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const DATED = String.raw`\b${MONTH}(?: \d{1,2}(?:st|nd|rd|th)?)?|\d{4}-\d{2}-\d{2}`;
/** "march - may", "oct 1-15", "2026-10-01 – 2026-10-15": a dash between two dates is a "to". */
const DAY_NAME = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)\p{L}{0,6}\.? )?`;
const DASHED = new RegExp(
  String.raw`(?<=${DATED}|\d{1,2}(?:st|nd|rd|th)? ${MONTH})(?: [-–—] |[–—]|(?<!\d{2}-\d{2})-)(?=${DAY_NAME}(?:\d|${MONTH}\b))|(?<=\b\d{1,2}(?:st|nd|rd|th)?) ?[-–—] ?(?=\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}\b)`,
  'gu',
);

/** "10/31/2026" as "2026-10-31": the month first, unless there is no such month or it is written with dots. */
function isoDate(written: string, one: string, sign: string, two: string, year: string): string {
  const isDayFirst = sign === '.' || Number(one) > 12;
  const [month, day] = isDayFirst ? [two, one] : [one, two];
  const date = { year: year.length === 2 ? 2000 + Number(year) : Number(year), month: Number(month), day: Number(day) };
  // A day that the month has not stays one, and is refused as such.
  return isReal({ ...date, day: 1 }) && date.day >= 1 && date.day <= 31 ? isoOf(date) : written;
}

/** Splits a transcript or a typed line into lower-case words, contractions resolved, punctuation gone. */
export function wordsOf(text: string): string[] {
  const lower = text.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  let plain = lower.replace(SLASHED, isoDate).replace(DASHED, ' to ');
  for (const [pattern, replacement] of [...SHORTHAND, ...CONTRACTIONS, ...SPELLINGS])
    plain = plain.replace(pattern, replacement);
  return (plain.match(TOKEN) ?? []).map((token) => (/^\$?\d/.test(token) ? token.replaceAll(',', '') : token));
}

/** The words with each slot replaced by one mask (and blanks, so that positions stay). */
export function mask(words: readonly string[], slots: readonly Slot<unknown>[], as: string): string[] {
  const masked = [...words];
  for (const { start, end } of slots) masked.fill('', start, end).fill(as, start, Math.min(start + 1, end));
  return masked;
}

/** A light English stemmer: enough to see that "refunds", "refunded" and "refund" are one word. */
export function stem(word: string): string {
  const root = word
    .replace(/ies$/, 'y')
    .replace(/(ss|x|z|ch|sh)es$/, '$1')
    .replace(/([^su])s$/, '$1');
  const bare = root.length > 5 ? root.replace(/(?:ing|ed)$/, '') : root;
  return bare.length > 3 ? bare.replace(/([b-df-hj-np-tv-z])\1$/, '$1').replace(/e$/, '') : bare;
}

export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and or but so if then of in on at to for from by with about into over under as is am are was were be been ' +
    'being do does did done have has had will would can could shall should may might must not no yes i me my mine we us ' +
    'our ours you your yours he him his she her hers it its they them their theirs this that these those there here what which who ' +
    'whom whose when where why how much many some any all just also please too very really okay ok well um uh hm hmm ' +
    'hello hi hey'
  ).split(' '),
);

/** Verbs and fillers that say that something is asked, not what. */
const GENERIC_WORDS = new Set(
  (
    'work works working get gets got getting tell know need needs want wants happen happens mean means explain say says ' +
    'give find look looking see show thing things something anything question ask make take takes long let go going ' +
    'learn happening right now currently like think believe search document documents information info help one ones regarding ' +
    'concerning more detail details possible allowed able company else total sum add up out off knowledge base handbook check describe offer ' +
    'exactly'
  ).split(' '),
);

/** Whether the word carries a topic: neither grammar, filler nor a masked slot. */
export function isContentWord(word: string): boolean {
  return word !== '' && !word.startsWith('#') && !FUNCTION_WORDS.has(word) && !GENERIC_WORDS.has(word);
}

/** Belongs to the grammar of a sentence. */
export const isFunctionWord = (word: string): boolean => FUNCTION_WORDS.has(word);

/** Politeness, hesitation and ways to ask: words that change nothing about what is asked. */
const FILLERS = new Set(
  (
    'yo greetings dear sir madam mr mrs ms mister thanks thank thx cheers pls plz kindly only actually basically perhaps maybe ' +
    'quick quickly really simply again still already yet ah er well sort kind course sure alright yeah yep yup nope sorry ' +
    'asap lol haha omg gosh tbh fyi btw kinda sorta dude mate bro folks madam madame bonjour hola ' +
    'wait hang hold excuse pardon lets love curious wonder wondering wondered asking asked pull bring fetch grab run give ' +
    'gimme list read print display put throw shoot report compute calculate figure name try believe guess suppose trying ' +
    'every bother bothering disturb trouble inform kind needing wish wanting grateful gladly hope hoping love asks come back please anyway though however per each both ever today nice great good perfect wonderful appreciate glad ' +
    'u ur em than during whole entire complete oh wow hear heard everything everybody well split plus never mind scratch oops mean meant rather make correction used because since while whether rest'
  ).split(' '),
);

/** Whether a request is the same without the word. */
export const isFiller = (word: string): boolean => FILLERS.has(word);

/** Where it is true, as stretches. */
export function stretches(flags: readonly boolean[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const [at, flag] of flags.entries()) {
    const last = found.at(-1);
    if (flag && last?.end === at) last.end = at + 1;
    else if (flag) found.push({ start: at, end: at + 1 });
  }
  return found;
}
