// Misspelt words, read as the words that they are meant for ("recieved", "catagory"): only as such that are listened for, and
// never a word that there is, or somebody's name. And the short forms of people who type in a hurry ("yr", "txns").
import dictionary from 'dictionary-en';
import { distance } from 'fastest-levenshtein';
import { MONTHS, WEEKDAYS } from './date-words.js';
import { findAddresses } from './email-address.js';
import { stem } from './words.js';

type Words = readonly string[];

/** Reads misspelt words; `names` are left alone, and so is what is as near to one of their words. */
export type Speller = (words: Words, names: Words) => Words;

const FEWEST_LETTERS = 4;
/** With fewer letters another word is too near: only a letter may be missing, two may have changed places, or a vowel be wrong. */
const SHORT = 6;
/** From so many letters on, two may be wrong. */
const LONG = 8;
const MOST_KEPT = 2000;

const DATES = [
  ...MONTHS.keys(),
  ...WEEKDAYS.keys(),
  ...'today yesterday tomorrow week weeks month months year years quarter quarters weekend days last previous since between'.split(
    ' ',
  ),
];

/** English words without their endings. Read once, with the first speller. */
let dictionaryWords: ReadonlySet<string> | undefined;

function readEnglish(): ReadonlySet<string> {
  const lines = Buffer.from(dictionary.dic).toString('utf8').toLowerCase().split('\n');
  return new Set(lines.map((line) => line.split('/', 1)[0] ?? line));
}

const PREFIX = /^(?:re|in|un|de|dis|con|pro)/;
const ENDINGS = 's es ed ing ings er ers est ly ness ment ments able ive ion ions'.split(' ');

/** As people type who are in a hurry. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    acct: 'account',
    amt: 'amount',
    avg: 'average',
    mth: 'month',
    mths: 'months',
    n: 'and',
    pls: 'please',
    plz: 'please',
    qtr: 'quarter',
    thx: 'thanks',
    trx: 'transactions',
    txn: 'transaction',
    txns: 'transactions',
    u: 'you',
    ur: 'your',
    wat: 'what',
    wk: 'week',
    wks: 'weeks',
    yday: 'yesterday',
    yr: 'year',
    yrs: 'years',
  }),
);

/** "big" doubles its last letter before an ending: "bigest" is no word. */
const DOUBLES = /^[^aeiou]*[aeiou][^aeiouwxy]$/;

/** "Categorys". */
const WRONG_PLURAL = /(?<=[^aeiou])ys$/;

/** Whether it is a word, or may be a form of one. */
function isEnglish(word: string, words: ReadonlySet<string>): boolean {
  const isBase = (base: string, ending: string): boolean => {
    const isPlain = !(DOUBLES.test(base) && /^[ei]/.test(ending));
    const bases = [`${base}e`, base.replace(/i$/, 'y'), base.replace(/(.)\1$/, '$1')].filter((one) => one !== base);
    return base.length >= 3 && [...(isPlain ? [base] : []), ...bases].some((one) => words.has(one));
  };
  const isForm = (form: string): boolean =>
    words.has(form) ||
    (!WRONG_PLURAL.test(form) &&
      ENDINGS.some((ending) => form.endsWith(ending) && isBase(form.slice(0, -ending.length), ending)));
  return isForm(word) || (PREFIX.test(word) && isForm(word.replace(PREFIX, '')));
}

/** A speller of the words that are listened for, and of those of dates. */
export function speller(listened: Words): Speller {
  const english = (dictionaryWords ??= readEnglish());
  const targets = [...new Set([...listened, ...DATES])].filter((word) => /^[a-z]{4,}$/.test(word));
  const byLetter = Map.groupBy(targets, ([first = '']) => first);
  const known = new Set([...listened, ...targets]);
  const read = new Map<string, Meant | undefined>();
  const meantBy = (word: string): Meant | undefined => {
    if (read.size >= MOST_KEPT) read.clear();
    if (!read.has(word)) read.set(word, nearest(word, byLetter.get(word[0] ?? '') ?? []));
    return read.get(word);
  };
  const isMisspelt = (word: string): boolean =>
    word.length >= FEWEST_LETTERS && /^[a-z]+$/.test(word) && !known.has(word) && !isEnglish(word, english);
  return (words, names) => {
    if (!words.some((word) => SHORT_FORMS.has(word) || isMisspelt(word))) return words;
    const addresses = findAddresses(words);
    return words.map((word, at) => {
      if (addresses.some(({ start, end }) => at >= start && at < end)) return word;
      const short = SHORT_FORMS.get(word);
      if (short !== undefined) return short;
      const meant = isMisspelt(word) ? meantBy(word) : undefined;
      if (meant === undefined) return word;
      return names.some((name) => apart(word, name) <= meant.away) ? word : meant.word;
    });
  };
}

interface Meant {
  readonly word: string;
  readonly away: number;
}

/** The word that it can only be: no other is as near, unless it is a form of the same. */
function nearest(word: string, targets: Words): Meant | undefined {
  const plural = word.replace(WRONG_PLURAL, 'ies');
  if (plural !== word && targets.includes(plural)) return { word: plural, away: 1 };
  const most = word.length >= LONG ? 2 : 1;
  const near = targets
    .map((target): Meant => ({ word: target, away: apart(word, target) }))
    .filter(({ away, word: target }) => away <= most && (word.length >= SHORT || isSlip(word, target)))
    // A letter too few or too many is commoner than a wrong one.
    .toSorted((a, b) => a.away - b.away || off(b.word, word) - off(a.word, word));
  const [best, next] = near;
  if (best === undefined) return undefined;
  const isOnly = next === undefined || next.away > best.away || off(next.word, word) < off(best.word, word);
  return isOnly || stem(next.word) === stem(best.word) ? best : undefined;
}

const isSlip = (word: string, target: string): boolean =>
  target.length > word.length ||
  (target.length === word.length && (sorted(word) === sorted(target) || isVowelWrong(word, target)));
const isVowelWrong = (word: string, target: string): boolean =>
  word.length > FEWEST_LETTERS && consonants(word) === consonants(target);
const consonants = (word: string): string => word.replaceAll(/[aeiou]/g, '');

const off = (target: string, word: string): number => Math.abs(target.length - word.length);

/** Letters that differ; two that have changed places are one. */
function apart(word: string, target: string): number {
  if (Math.abs(word.length - target.length) > 2) return Infinity;
  const away = distance(word, target);
  return away === 2 && sorted(word) === sorted(target) ? 1 : away;
}

const sorted = (word: string): string => word.split('').toSorted().join('');
