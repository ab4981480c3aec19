// What is said sign by sign, as one string: "john dot smith", "j o h n", "double l", "x as in xray", "tango alpha romeo".
import { readNumber } from './numbers.js';

type Words = readonly string[];

export const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['dot', '.'],
  ['point', '.'],
  ['period', '.'],
  ['underscore', '_'],
  ['underscores', '_'],
  ['dash', '-'],
  ['hyphen', '-'],
  ['minus', '-'],
  ['plus', '+'],
]);
/** What a "dot" is heard as between two words of an address. */
const HEARD_DOT = /^(dog|doc|dart)$/;
const TIMES = new Map([
  ['double', 2],
  ['triple', 3],
]);
/** The spelling alphabet of radio; many of its words are names, so that one alone means no letter. */
const ALPHABET: ReadonlyMap<string, string> = new Map(
  (
    'alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec ' +
    'romeo sierra tango uniform victor whiskey whisky xray yankee zulu'
  )
    .split(' ')
    .map((word) => [word, word[0] ?? '']),
);
const FEWEST_CODED = 3;
const EXPLAINS = /^(as|for|like)$/;
export const isLetter = (word = ''): boolean => /^\p{L}$/u.test(word);

/** "x as in xray", "t for tango", "b like bravo": how many words behind the letter at `at` explain it. */
export function explains(words: Words, at: number): number {
  if (!isLetter(words[at]) || !EXPLAINS.test(words[at + 1] ?? '')) return 0;
  const from = words[at + 2] === 'in' ? at + 3 : at + 2;
  const word = words[from] ?? '';
  return word.startsWith(words[at] ?? '') && !isLetter(word) ? from - at : 0;
}

/** A part of an address: a word, a sign, or what is spelled or counted. */
export interface Part {
  readonly kind: 'word' | 'sign' | 'spelled';
  readonly text: string;
  readonly end: number;
}

/** The words as parts; undefined when one of them can be in no address. */
export function partsOf(words: Words): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < words.length;) {
    const part = partAt(words, at);
    if (part === undefined) return undefined;
    parts.push(part);
    at = part.end;
  }
  return parts;
}

/** The parts as one string. */
export const joined = (parts: readonly Part[]): string =>
  parts
    .map(({ text }) => text)
    .join('')
    .replaceAll(/^[._-]+|[._-]+$/g, '');

function partAt(words: Words, at: number): Part | undefined {
  const [word = '', next = ''] = [words[at], words[at + 1]];
  const spelled = (text: string, end: number): Part => ({ kind: 'spelled', text, end });
  if (isLetter(next)) {
    if (TIMES.has(word)) return spelled(next.repeat(TIMES.get(word) ?? 1), at + 2);
    if (/^(capital|uppercase|lowercase)$/.test(word)) return spelled(next, at + 2);
  }
  const symbol = SYMBOLS.get(word) ?? (HEARD_DOT.test(word) && at > 0 && next !== '' ? '.' : undefined);
  if (symbol !== undefined) return { kind: 'sign', text: symbol, end: at + 1 };
  const number = readNumber(words, at);
  if (number !== undefined) return spelled(number.text, number.end);
  if (isLetter(word)) return spelled(word, at + 1 + explains(words, at));
  const coded = codedAt(words, at);
  if (coded !== undefined) return spelled(coded.text, coded.end);
  return /^[\p{L}\d._-]+$/u.test(word) ? { kind: 'word', text: word, end: at + 1 } : undefined;
}

/** "Tango alpha romeo alpha". */
function codedAt(words: Words, at: number): { readonly text: string; readonly end: number } | undefined {
  let end = at;
  while (ALPHABET.has(words[end] ?? '')) end += 1;
  const text = words.slice(at, end).map((word) => ALPHABET.get(word) ?? '');
  return end - at < FEWEST_CODED ? undefined : { text: text.join(''), end };
}

/** Fewest letters in a row that are spelled rather than said. */
const FEWEST_SPELLED = 3;

/** The last stretch that is spelled, sign by sign: "it is spelled t a r a dot q u i double l". */
export function lastSpelled(words: Words): string | undefined {
  let last: Words = [];
  for (let at = 0; at < words.length;) {
    const end = spelledFrom(words, at);
    if (end > at) last = words.slice(at, end);
    at = Math.max(at + 1, end);
  }
  const letters = last.filter((word) => isLetter(word) || ALPHABET.has(word)).length;
  return letters < FEWEST_SPELLED ? undefined : joined(partsOf(last) ?? []);
}

/** Where the stretch of letters, signs and numbers that begins at `at` ends. */
function spelledFrom(words: Words, at: number): number {
  const step = (from: number): number => {
    const word = words[from] ?? '';
    if (TIMES.has(word) && isLetter(words[from + 1])) return from + 2;
    const explained = explains(words, from);
    if (explained > 0) return from + explained + 1;
    const coded = codedAt(words, from);
    if (coded !== undefined) return coded.end;
    if (isLetter(word)) return from + 1;
    return from > at && (SYMBOLS.has(word) || /^\d+$/.test(word)) ? from + 1 : from;
  };
  let end = at;
  for (let next = step(end); next > end; next = step(end)) end = next;
  return end;
}
