// Spending categories: what callers call them, and the name that the tool expects.
import type { Slot } from './words.js';

/** Canonical name first, then what people say instead. */
const CATEGORIES: readonly (readonly string[])[] = [
  ['groceries', 'grocery', 'supermarket', 'supermarkets', 'food shopping'],
  ['restaurants', 'restaurant', 'dining', 'eating out', 'takeaway', 'takeout'],
  ['coffee', 'cafe', 'cafes'],
  ['travel', 'flights', 'hotels', 'airfare', 'trips'],
  ['transport', 'transportation', 'taxis', 'taxi', 'public transit', 'commuting', 'parking'],
  ['fuel', 'gas', 'gasoline', 'petrol'],
  ['utilities', 'electricity', 'water', 'heating', 'utility bills'],
  ['phone', 'internet', 'telecom', 'mobile'],
  ['rent', 'housing', 'mortgage'],
  ['entertainment', 'movies', 'cinema', 'games', 'leisure', 'fun'],
  ['subscriptions', 'subscription', 'streaming', 'software'],
  ['health', 'healthcare', 'pharmacy', 'medical', 'doctor', 'doctors'],
  ['fitness', 'gym', 'sport', 'sports'],
  ['clothing', 'clothes', 'fashion'],
  ['electronics', 'gadgets'],
  ['shopping', 'retail'],
  ['office', 'office supplies', 'stationery'],
  ['insurance'],
  ['education', 'books', 'tuition'],
  ['income', 'salary'],
  ['fees'],
  ['gifts', 'donations', 'charity'],
];

export interface CategoryNames {
  /** The tool's own names, lower-case, where it lists them or a result has shown them; the first that fits is used. */
  readonly known: readonly string[];
}

/** Categories in the words, left to right, by the tool's own names when those are known. */
export function findCategories(words: readonly string[], { known }: CategoryNames): Slot<string>[] {
  const found: Slot<string>[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const slot = knownAt(words, at, known) ?? spokenAt(words, at, known);
    if (slot !== undefined) {
      found.push(slot);
      at = slot.end - 1;
    }
  }
  return found;
}

function knownAt(words: readonly string[], at: number, known: readonly string[]): Slot<string> | undefined {
  const name = known.find((candidate) => startsWith(words, at, candidate));
  return name === undefined ? undefined : { value: name, start: at, end: at + lengthOf(name) };
}

function spokenAt(words: readonly string[], at: number, known: readonly string[]): Slot<string> | undefined {
  for (const names of CATEGORIES) {
    const said = names
      .filter((name) => startsWith(words, at, name))
      .toSorted((a, b) => b.length - a.length)
      .at(0);
    if (said === undefined) continue;
    const value = known.find((name) => names.some((same) => name === same || name.split(/\W+/).includes(same)));
    return { value: value ?? names[0] ?? said, start: at, end: at + lengthOf(said) };
  }
  return undefined;
}

const lengthOf = (name: string): number => name.split(' ').length;

function startsWith(words: readonly string[], at: number, name: string): boolean {
  return name.split(' ').every((part, n) => words[at + n] === part);
}
