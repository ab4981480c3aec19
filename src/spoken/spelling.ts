// Misspelt words, read as the words that they are meant for ("recieved", "catagory"): only as such that are listened for, and
// never a word that there is, or somebody's name.
import dictionary from 'dictionary-en';
import { distance } from 'fastest-levenshtein';
import { MONTHS, WEEKDAYS } from './date-words.js';
import { findAddresses } from './email-address.js';
import { SHORT_FORMS } from './shorthand.js';
import { isLetter, SYMBOLS } from './spelled-out.js';
import { FUNCTION_WORDS, stem } from './words.js';

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
  ...'today yesterday tomorrow week weeks month months year years quarter quarters weekend days last previous since between second third fourth half'.split(
    ' ',
  ),
];

/** An affix of Hunspell's: which words take it, by their flags and by `fits`; `add` takes the place of `strip`. */
interface Affix {
  readonly isPrefix: boolean;
  readonly flag: string;
  readonly strip: string;
  readonly add: string;
  readonly fits: RegExp;
}

/** The flags of each word, and the affixes, as hunspell(5) has them. */
interface English {
  readonly words: ReadonlyMap<string, string>;
  readonly affixes: readonly Affix[];
}

/** Read once, with the first speller. */
let dictionaryOfEnglish: English | undefined;

function readEnglish(): English {
  const linesOf = (file: Uint8Array): string[] => Buffer.from(file).toString('utf8').split('\n');
  const words = new Map<string, string>();
  for (const line of linesOf(dictionary.dic)) {
    const [word = '', flags = ''] = line.split('/');
    words.set(word.toLowerCase(), `${words.get(word.toLowerCase()) ?? ''}${flags}`);
  }
  const affixes = linesOf(dictionary.aff).flatMap((line): Affix[] => {
    const [, kind, flag = '', strip = '', add = '', condition = ''] =
      /^([PS]FX) (\w) +(\S+) +([a-z]+) +(\S+)/.exec(line) ?? [];
    const isPrefix = kind === 'PFX';
    const fits = new RegExp(isPrefix ? `^${condition}` : `${condition}$`);
    return kind === undefined ? [] : [{ isPrefix, flag, strip: strip.replace('0', ''), add, fits }];
  });
  return { words, affixes };
}

/** Whether it is a word or a form of one. */
function isEnglish(word: string, { words, affixes }: English): boolean {
  const takes = (base: string, flags: string): boolean =>
    words.has(base) && flags.split('').every((flag) => words.get(base)?.includes(flag));
  const isForm = (form: string, flags: string): boolean =>
    takes(form, flags) ||
    affixes.some(({ isPrefix, flag, strip, add, fits }) => {
      if (isPrefix || !form.endsWith(add)) return false;
      const base = `${form.slice(0, -add.length)}${strip}`;
      return fits.test(base) && takes(base, `${flags}${flag}`);
    });
  const isPrefixed = ({ isPrefix, flag, add }: Affix): boolean =>
    isPrefix && word.startsWith(add) && isForm(word.slice(add.length), flag);
  return isForm(word, '') || affixes.some(isPrefixed);
}

/** "Categorys". */
const WRONG_PLURAL = /(?<=[^aeiou])ys$/;

/** A speller of the words that are listened for, and of those of dates. */
export function speller(listened: Words): Speller {
  const english = (dictionaryOfEnglish ??= readEnglish());
  const targets = [...new Set([...listened, ...DATES, ...FUNCTION_WORDS])].filter((word) => /^[a-z]{4,}$/.test(word));
  const byLetter = Map.groupBy(targets, ([first = '']) => first);
  const known = new Set([...listened, ...targets, ...FUNCTION_WORDS]);
  const read = new Map<string, Meant | undefined>();
  const meantBy = (word: string): Meant | undefined => {
    if (read.size >= MOST_KEPT) read.clear();
    if (!read.has(word)) read.set(word, nearest(word, byLetter.get(word[0] ?? '') ?? []));
    return read.get(word);
  };
  const isMisspelt = (word: string): boolean =>
    word.length >= FEWEST_LETTERS && /^[a-z]+$/.test(word) && !known.has(word) && !isEnglish(word, english);
  return (words, names) => {
    if (!words.some((word) => SHORT_FORMS.has(word) || DRAWN_OUT.test(word) || isMisspelt(word))) return words;
    const addresses = findAddresses(words);
    return words.map((word, at) => {
      // "Ms Petrov" is no petrol.
      if (TITLE.test(words[at - 1] ?? '') || addresses.some(({ start, end }) => at >= start && at < end)) return word;
      // "heyy", "pleaseee": letters that are only drawn out.
      const isPlain = known.has(word) || names.includes(word) || isEnglish(word, english);
      const short = isAmongLetters(words, at)
        ? undefined
        : (SHORT_FORMS.get(word) ?? (isPlain ? undefined : drawnOut(word, known)));
      if (short !== undefined) return short;
      const meant = isMisspelt(word) ? meantBy(word) : undefined;
      if (meant === undefined) return word;
      const isNear = (name: string): boolean =>
        name !== meant.word && name[0] === word[0] && apart(word, name) <= meant.away;
      return names.some(isNear) ? word : meant.word;
    });
  };
}

const TITLE = /^(?:mr|mrs|ms|miss|mister|dr)$/;

/** "Q u i": letters that are spelled, and no short forms. */
const isAmongLetters = (words: Words, at: number): boolean =>
  [at - 1, at, at + 1].every((place) => isLetter(words[place]) || SYMBOLS.has(words[place] ?? ''));

const DRAWN_OUT = /(\p{L})\1$|(\p{L})\2\2/u;

function drawnOut(word: string, known: ReadonlySet<string>): string | undefined {
  const forms = DRAWN_OUT.test(word) ? ['$1', '$1$1'].map((form) => word.replaceAll(/(\p{L})\1+/gu, form)) : [];
  return forms.find((form) => form !== word && known.has(form));
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
  word.length >= FEWEST_LETTERS && consonants(word) === consonants(target);
const consonants = (word: string): string => word.replaceAll(/[aeiouy]/g, '');

const off = (target: string, word: string): number => Math.abs(target.length - word.length);

/** Letters that differ; two that have changed places are one. */
function apart(word: string, target: string): number {
  if (Math.abs(word.length - target.length) > 2) return Infinity;
  const away = distance(word, target);
  return away === 2 && sorted(word) === sorted(target) ? 1 : away;
}

const sorted = (word: string): string => word.split('').toSorted().join('');
