// Spending categories: what callers call them, and the name that the tool expects.
import { isContentWord, type Slot } from './words.js';

/** Longest name of a category that is taken from "spent on ...", words. */
const MAX_NAMED = 3;

/** Canonical name first, then what people say instead. */
const CATEGORIES: readonly (readonly string[])[] = [
  ['groceries', 'grocery', 'supermarket', 'supermarkets', 'food shopping', 'food'],
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
    const slot = knownAt(words, at, known) ?? spokenAt(words, at, known) ?? spentOn(words, at);
    if (slot !== undefined) {
      found.push(slot);
      at = slot.end - 1;
    }
  }
  return found;
}

function knownAt(words: readonly string[], at: number, known: readonly string[]): Slot<string> | undefined {
  const name = known.find((candidate) => startsWith(words, at, candidate.split(' ')));
  return name === undefined ? undefined : { value: name, start: at, end: at + name.split(' ').length };
}

/** Names by their first word, the longest first. */
const SPOKEN = new Map<string, { readonly parts: readonly string[]; readonly names: readonly string[] }[]>();
for (const names of CATEGORIES) {
  for (const name of names) {
    const parts = name.split(' ');
    const first = parts[0] ?? '';
    const others = SPOKEN.get(first) ?? [];
    SPOKEN.set(
      first,
      [...others, { parts, names }].toSorted((a, b) => b.parts.length - a.parts.length),
    );
  }
}

function spokenAt(words: readonly string[], at: number, known: readonly string[]): Slot<string> | undefined {
  const said = SPOKEN.get(words[at] ?? '')?.find(({ parts }) => startsWith(words, at, parts));
  if (said === undefined) return undefined;
  const { names, parts } = said;
  const value = known.find((name) => names.some((same) => name === same || name.split(/\W+/).includes(same)));
  return { value: value ?? names[0] ?? parts.join(' '), start: at, end: at + parts.length };
}

/** "... spend on dog toys": no category that we know, but the caller named one, and ignoring it would answer wrongly. */
function spentOn(words: readonly string[], at: number): Slot<string> | undefined {
  const spending = words.slice(0, at).some((word) => /^(spend|spends|spent|spending|much|paid)$/.test(word));
  if (words[at - 1] !== 'on' || !spending) return undefined;
  let end = at;
  while (end < at + MAX_NAMED && isContentWord(words[end] ?? '')) end += 1;
  return end === at ? undefined : { value: words.slice(at, end).join(' '), start: at, end };
}

const startsWith = (words: readonly string[], at: number, parts: readonly string[]): boolean =>
  parts.every((part, n) => words[at + n] === part);
