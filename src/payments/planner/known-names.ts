// Names that are known to be somebody's or some shop's: the surest way to tell what a word is.
import { MONTHS, WEEKDAYS } from '../../spoken/date-words.js';
import { isTitled } from '../../spoken/titled.js';
import { mask, wordsOf, type Slot } from '../../spoken/words.js';
import { nearestNames } from '../selection/nearest-names.js';
import { isNext, isPossessive, runsOf, type Named } from './names.js';
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
    const name = (byFirst.get(words[at] ?? '') ?? byFirst.get(owner(words[at])))?.find((parts) =>
      parts.every((part, n) => words[at + n] === part || (n === parts.length - 1 && owner(words[at + n]) === part)),
    );
    if (name !== undefined) found.push({ value: name.join(' '), start: at, end: at + name.length });
    at += name?.length ?? 1;
  }
  return found;
}

/** "ruths": the apostrophe of an owner is often left out. */
const owner = (word = ''): string => word.replace(/s$/, '');

/** The whole names by their last word, and by their first. */
const FAMILIES = new WeakMap<readonly string[], ReadonlyMap<string, readonly Words[]>>();

function familiesOf(names: readonly string[]): ReadonlyMap<string, readonly Words[]> {
  let families = FAMILIES.get(names);
  if (families === undefined) {
    const whole = names.map((name) => wordsOf(name)).filter(({ length }) => length > 1);
    families = Map.groupBy(whole, (parts) => parts.at(-1) ?? '');
    FAMILIES.set(names, families);
  }
  return families;
}

/**
 * "Webb + Hart", "Baker T.", "Hale's": somebody by his family name alone, where it is written as a name, since it may be any
 * word. Who shares it is asked which one is meant.
 */
export function findFamilyNames(words: Words, names: readonly string[], written: string): Slot<string>[] {
  return words.flatMap((word, at): Slot<string>[] => {
    const families = familiesOf(names);
    const name = families.has(word) ? word : owner(word);
    const named = families.get(name) ?? [];
    if (named.length === 0 || (!isTitled(name, written) && !isPossessive(name, written))) return [];
    const initial = words[at + 1] ?? '';
    const fitting = /^\p{L}$/u.test(initial) ? named.filter(([first = '']) => first.startsWith(initial)) : [];
    const [meant, ...others] = fitting.length > 0 ? fitting : named;
    const value = meant !== undefined && others.length === 0 ? meant.join(' ') : name;
    return [{ value, start: at, end: fitting.length > 0 ? at + 2 : at + 1 }];
  });
}

/** Whether the word is part of somebody's name: beside his number it says no more. */
export const isPartOfName = (word: string, names: readonly string[]): boolean =>
  familiesOf(names).has(word) || partsOf(names).has(word);

/** A word of a name alone may be any other word: "may", "rose". */
export const isWhole = ({ start, end }: Slot<string>): boolean => end - start > 1;
export const mayStandAlone = (slot: Slot<string>, words: Words): boolean =>
  isWhole(slot) || mayName(words[slot.start] ?? '');

/** What names a stretch of words can only be: asked again for every answer of a call. */
const MEANT = new WeakMap<readonly string[], Map<string, string | undefined>>();
const MOST_KEPT = 2000;

function meant(said: string, names: readonly string[]): string | undefined {
  const known = MEANT.get(names) ?? new Map<string, string | undefined>();
  MEANT.set(names, known);
  if (!known.has(said)) {
    if (known.size >= MOST_KEPT) known.clear();
    const { sure } = nearestNames(said, names);
    known.set(said, sure === undefined ? undefined : wordsOf(sure).join(' '));
  }
  return known.get(said);
}

/** "mar 31" is a day, and no "Marcus" cut short. */
const mayBeMistyped = (word = ''): boolean =>
  mayName(word) && !/\d/.test(word) && !MONTHS.has(word) && !WEEKDAYS.has(word);

/** Whole names: as they are, or else misheard and mistyped. */
export function findWholeNames(words: Words, names: readonly string[]): Slot<string>[] {
  const exact = findKnownNames(words, names).filter(isWhole);
  const left = mask(words, exact, '#name');
  const near: Slot<string>[] = [];
  for (let at = 0; at + 1 < left.length; at += 1) {
    const isName = mayBeMistyped(left[at]) && mayBeMistyped(left[at + 1]);
    const value = isName ? meant(left.slice(at, at + 2).join(' '), names) : undefined;
    if (value === undefined) continue;
    near.push({ value, start: at, end: at + 2 });
    at += 1;
  }
  return [...exact, ...near].toSorted((a, b) => a.start - b.start);
}

/**
 * "samuel hard": the first name is known, and with the next word it can only be the whole of one. "Ada Clark" is nobody's, and
 * not Ada Park's: the tool says so, and asks.
 */
export function wholeName(slot: Slot<string>, words: Words, names: readonly string[], written: string): Slot<string> {
  const next = words[slot.end] ?? '';
  if (isWhole(slot) || !mayName(next) || !isNext(words, slot.end, written.toLowerCase())) return slot;
  const value = meant(`${slot.value} ${next}`, names);
  return { value: value ?? `${slot.value} ${next}`, start: slot.start, end: slot.end + 1 };
}

/** Names that what nothing has understood can only be, misheard or mistyped. */
export const nearNames = (words: Words, named: Named, names: readonly string[]): Slot<string>[] =>
  names.length === 0
    ? []
    : runsOf(words, named).flatMap(({ start, end }) => {
        const value = meant(named.said.slice(start, end).join(' '), names);
        return value === undefined ? [] : [{ value, start, end }];
      });
