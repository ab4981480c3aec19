// Names that are known to be somebody's or some shop's: the surest way to tell what a word is.
import { wordsOf, type Slot } from '../../spoken/words.js';
import { mayName } from './vocabulary.js';

type Words = readonly string[];

/** The names of each list by their first word, the longest first. Lists stay the same for a whole call. */
const PARTED = new WeakMap<readonly string[], ReadonlyMap<string, readonly Words[]>>();

function partsOf(names: readonly string[]): ReadonlyMap<string, readonly Words[]> {
  let parted = PARTED.get(names);
  if (parted === undefined) {
    const all = names.map((name) => wordsOf(name)).filter(({ length }) => length > 0);
    parted = Map.groupBy(
      all.toSorted((a, b) => b.length - a.length),
      ([first = '']) => first,
    );
    PARTED.set(names, parted);
  }
  return parted;
}

/** Names in the words, left to right, the longest of those that begin at a word. */
export function findKnownNames(words: Words, names: readonly string[]): Slot<string>[] {
  const byFirst = partsOf(names);
  const found: Slot<string>[] = [];
  for (let at = 0; at < words.length;) {
    const name = byFirst.get(words[at] ?? '')?.find((parts) => parts.every((part, n) => words[at + n] === part));
    if (name !== undefined) found.push({ value: name.join(' '), start: at, end: at + name.length });
    at += name?.length ?? 1;
  }
  return found;
}

/** A word of a name alone may be any other word: "may", "rose". */
export const isWhole = ({ start, end }: Slot<string>): boolean => end - start > 1;
export const mayStandAlone = (slot: Slot<string>, words: Words): boolean =>
  isWhole(slot) || mayName(words[slot.start] ?? '');
