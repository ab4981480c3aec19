// Word lists and phrases, written as plain text.

export type Words = ReadonlySet<string>;

/** A phrase is a row of places; each takes one of its words, and may be left out where it is optional. */
interface Place {
  /** Undefined takes any word. */
  readonly words: Words | undefined;
  readonly optional: boolean;
}
export type Phrases = readonly (readonly Place[])[];

/** Longest phrase that a sentence may end in, words. */
const MAX_PHRASE = 10;

/** "él" is also written "el": callers' devices and people who type leave accents out. */
const withoutAccents = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');

/** The words of a text with spaces between them, each also without its accents. */
export const words = (list: string): Words =>
  new Set(
    list
      .split(/\s+/u)
      .filter(Boolean)
      .flatMap((word) => [word, withoutAccents(word)]),
  );

/** Items with commas between them, in their order. */
export const list = (items: string): readonly string[] => items.split(',').map((item) => item.trim());

/**
 * A phrase a line: places with spaces between them, `|` between the words of a place, `*` for any word, `?` behind a place
 * that may be left out.
 */
export const phrases = (lines: string): Phrases =>
  lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) =>
      line.split(/\s+/u).map((place) => ({
        words: place.startsWith('*') ? undefined : words(place.replace(/\?$/u, '').replaceAll('|', ' ')),
        optional: place.endsWith('?'),
      })),
    );

/** How many words from `at` on the longest of the phrases takes; 0 when none begins there. */
export function phraseLength(list: Phrases, said: readonly string[], at: number): number {
  let longest = 0;
  for (const phrase of list) longest = Math.max(longest, endOf(phrase, 0, said, at) - at);
  return longest;
}

/** Whether the words end in one of the phrases, which have at most `MAX_PHRASE` words. */
export function endsIn(list: Phrases, said: readonly string[]): boolean {
  const tail = said.slice(-MAX_PHRASE);
  return tail.some((_, at) => phraseLength(list, tail, at) === tail.length - at);
}

function endOf(phrase: readonly Place[], from: number, said: readonly string[], at: number): number {
  const place = phrase[from];
  if (place === undefined) return at;
  const word = said[at];
  const fits = word !== undefined && (place.words === undefined || place.words.has(word));
  const taken = fits ? endOf(phrase, from + 1, said, at + 1) : -1;
  return place.optional ? Math.max(taken, endOf(phrase, from + 1, said, at)) : taken;
}
