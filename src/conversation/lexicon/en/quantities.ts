// Counts and measures in English: percentages, units, ranges, fractions, ordinals, and every number that is left.
import { sayFractions } from './fractions.js';
import { digitByDigit, NUMBER, ordinal, spoken, valueOf } from './numbers.js';
import { sayUnits } from './units.js';

const RANGE = new RegExp(`(${NUMBER}%?)(?: ?[–—] ?|-| - )(?=${NUMBER}(?![\\d-]))`, 'gu');
const MINUS = /(?<![\w)\]%°])-(?=\.?\d)/gu;
/** "4K" and "8K" are pictures. */
const SCALED = new RegExp(`(?<!\\p{L})(?![48]K\\b)(${NUMBER})(?: ?(mn|bn)|([kKMB]))\\b`, 'gu');
const SCALES: Readonly<Record<string, string>> = {
  k: 'thousand',
  K: 'thousand',
  M: 'million',
  mn: 'million',
  B: 'billion',
  bn: 'billion',
};
const NTH = /(?<![\d.])(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:st|nd|rd|th)\b/gu;
const BY = /(?<=\d)(?: ?x ?|×)(?=\d)/gu;
const JOINED = /(?<=\p{L})-(?=\d)/gu;
const MULTIPLE = /(?<=\d) ?[x×](?![\w])/gu;
const VERSION = /(?<![\d.])\d{1,5}(?:\.\d{1,5}){2,5}(?!\.?\d)/gu;
/** Its parts are counted, and 2.10 comes after 2.9. */
const NAMED_VERSION = /\b((?:version|release|ver\.?) |v\.?)(\d{1,4}(?:\.\d{1,4}){1,4})(?!\.?\d)/giu;
/** Radio's "understood"; anywhere else it is hours. */
const TEN_FOUR = /(?<=^|[.!?,] )10-4(?=[.!,]|$)/gu;
const POINT = /(?<![\w.])\.(\d{1,12})(?!\d)/gu;
const ANY = new RegExp(`${NUMBER}|\\d+`, 'gu');

/** Turns every number that is left into words. */
export function sayQuantities(text: string): string {
  const separate = text
    .replace(
      NAMED_VERSION,
      (_, named: string, parts: string) => `${named.trim()} ${parts.split('.').map(spoken).join(' point ')}`,
    )
    .replace(TEN_FOUR, '10 4')
    .replace(RANGE, '$1 to ')
    .replace(JOINED, ' ')
    .replace(MINUS, 'minus ')
    .replace(SCALED, (_, n: string, word?: string, letter?: string) => `${n} ${SCALES[word ?? letter ?? ''] ?? ''}`);
  return sayFractions(sayUnits(separate))
    .replace(/(?<=\d) ?%/gu, ' percent')
    .replace(NTH, (_, n: string) => ordinal(valueOf(n)))
    .replace(BY, ' by ')
    .replace(MULTIPLE, ' times')
    .replace(/(?<=\d):(?=\d)/gu, ' to ')
    .replace(VERSION, (version) => joinVersion(version.split('.')))
    .replace(POINT, (_, digits: string) => `point ${digitByDigit(digits)}`)
    .replace(ANY, (n, at: number, whole: string) => apart(spoken(n), n, at, whole));
}

/** "1.2.3" has points, an Internet address has dots. */
const joinVersion = (parts: readonly string[]): string => parts.join(parts.length === 4 ? ' dot ' : ' point ');

/** Keeps a number's words apart from letters that touch it: "Q3" is "Q three". */
function apart(words: string, written: string, at: number, whole: string): string {
  const before = /[\p{L}\p{M}]/u.test(whole[at - 1] ?? '') ? ' ' : '';
  const after = /[\p{L}\p{M}]/u.test(whole[at + written.length] ?? '') ? ' ' : '';
  return before + words + after;
}
