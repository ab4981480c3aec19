// Fixed phrases in words, with what they mean.
import type { Slot } from './words.js';

type Words = readonly string[];

/** What each of its phrases means: alternatives of one word or several, a `|` between them. */
export type Phrases<T> = readonly (readonly [meaning: T, phrases: string])[];

/** The words of the phrases. */
export const wordsOfPhrases = (table: Phrases<unknown>): Words =>
  table.flatMap(([, phrases]) => phrases.match(/[a-z]+/g) ?? []);

/** The words that are not masked, one blank around each, `^` before the first and `$` behind the last. */
export const textOf = (words: Words): string =>
  ` ^ ${words.flatMap((word) => (word === '' ? [] : [`${word} `])).join('')}$ `;

/** Where a pattern of `textOf`, which begins at a blank, is found in the words; blanks are in no word. */
export function spansOf(words: Words, pattern: RegExp): { readonly start: number; readonly end: number }[] {
  const places = words.flatMap((word, at) => (word === '' ? [] : [at]));
  const text = textOf(words);
  const starts = new Map<number, number>();
  let start = ' ^ '.length;
  for (const [n, at] of places.entries()) {
    starts.set(start, n);
    start += (words[at] ?? '').length + 1;
  }
  return [...text.matchAll(pattern)].flatMap(({ index, 0: said }) => {
    const parts = said
      .trim()
      .split(' ')
      .filter((part) => part !== '^' && part !== '$');
    const first = starts.get(index + (said.startsWith(' ^') ? 3 : 1));
    if (first === undefined || parts.length === 0) return [];
    return [{ start: places[first] ?? 0, end: (places[first + parts.length - 1] ?? 0) + 1 }];
  });
}

/** A reader of the phrases, left to right; of two that overlap both are found. */
export function phraseReader<T>(table: Phrases<T>): (words: Words) => Slot<T>[] {
  const all = table.map(([value, phrases]) => ({ value, pattern: new RegExp(` (?:${phrases})(?= )`, 'g') }));
  return (words) =>
    all
      .flatMap(({ value, pattern }) => spansOf(words, pattern).map((span): Slot<T> => ({ value, ...span })))
      .toSorted((a, b) => a.start - b.start || b.end - a.end);
}
