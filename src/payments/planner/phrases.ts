// Fixed phrases in the words of a request, with what they mean.
import type { Slot } from '../../spoken/words.js';

/** What each of its phrases means: alternatives of one word or several, a `|` between them. */
export type Phrases<T> = readonly (readonly [meaning: T, phrases: string])[];

interface Compiled<T> {
  readonly value: T;
  readonly pattern: RegExp;
}

/** A reader of the phrases, left to right; of two that overlap both are found. */
export function phraseReader<T>(table: Phrases<T>): (words: readonly string[]) => Slot<T>[] {
  const all = table.map(([value, phrases]): Compiled<T> => ({
    value,
    pattern: new RegExp(` (?:${phrases})(?= )`, 'g'),
  }));
  return (words) => {
    const places = words.flatMap((word, at) => (word === '' ? [] : [at]));
    const starts = new Map<number, number>();
    let text = ' ';
    for (const [n, at] of places.entries()) {
      starts.set(text.length, n);
      text += `${words[at] ?? ''} `;
    }
    const found = all.flatMap(({ value, pattern }) =>
      [...text.matchAll(pattern)].flatMap(({ index, 0: said }): Slot<T>[] => {
        const first = starts.get(index + 1);
        if (first === undefined) return [];
        const last = first + said.trim().split(' ').length - 1;
        return [{ value, start: places[first] ?? 0, end: (places[last] ?? 0) + 1 }];
      }),
    );
    return found.toSorted((a, b) => a.start - b.start || b.end - a.end);
  };
}
