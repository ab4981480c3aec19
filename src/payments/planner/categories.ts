// Spending categories: what callers call them, and the name that the tool expects.
import type { Slot } from '../../spoken/words.js';
import { withoutShops } from './names.js';

/** Broad groups: the name that tools are likeliest to use first, then what people say instead. */
const CATEGORIES: readonly (readonly string[])[] = [
  'groceries, grocery, supermarket, supermarkets, food shopping, food',
  'dining, restaurants, restaurant, eating out, dining out, takeaway, takeout, coffee, cafe, cafes, eating, meals, meal, dinner, ' +
    'dinners, lunches',
  'travel, traveling, travelling, traveled, travelled, flights, flight, plane tickets, plane ticket, airline tickets, ' +
    'air tickets, air travel, airlines, airfare, hotels, hotel, lodging, trips, vacations',
  'transport, transportation, taxis, taxi, cabs, cab, public transit, parking, fuel, gas, gasoline, petrol, rides, ' +
    'trains, train tickets, buses, bus tickets, tolls, commuting',
  'shopping, retail, clothing, clothes, shoes, electronics, gadgets',
  'health, healthcare, pharmacy, pharmacies, medical, medicine, medicines, medication, pills, prescriptions, doctor, ' +
    'doctors, dentist, dentists, fitness, gym',
  'entertainment, movies, movie, movie tickets, cinema, cinemas, films, concerts, concert tickets, games, leisure, fun, fun stuff, going out, nights out',
  'rent, housing',
  'utilities, utility, electricity, power, water, heating, utility bills, phone, telecom, broadband, gas bill, gas bills, utility bill, electric bill, electric bills, power bill, power bills, phone bill, ' +
    'phone bills, water bill, water bills, electricity bill, electricity bills',
  'software, subscriptions, subscription, streaming',
  'insurance',
  'education, books, tuition',
  'office, office supplies, stationery, hardware',
  'income, salary',
  'fees',
  'gifts, donations, charity',
].map((names) => names.split(', '));

export const CATEGORY_NAMES: readonly string[] = CATEGORIES.flat();
/** The words of their names. */
export const CATEGORY_WORDS: readonly string[] = CATEGORY_NAMES.flatMap((name) => name.split(' '));

/** What people do there: it names the category where neither that nor a shop is named ("when she eats out"). */
const DOING: readonly (readonly [category: string, verbs: RegExp])[] = [
  ['dining', /^(eat|eats|ate|eaten|dine|dines|dined)$/],
  ['transport', /^(ride|rode|ridden|drive|drives|drove|driven)$/],
  ['travel', /^(fly|flies|flew|flown|stay|stays|stayed)$/],
];

export interface CategoryNames {
  /** The tool's own names, lower-case; the first that fits is used. */
  readonly known: readonly string[];
}

/** Categories in the words, left to right, by the tool's own names when those are known. */
export function findCategories(said: readonly string[], { known }: CategoryNames): Slot<string>[] {
  const read = (words: readonly string[], at: number): Slot<string> | undefined =>
    knownAt(words, at, known) ?? spokenAt(words, at, known);
  const words = withoutShops(said, (at) => read(said, at) !== undefined);
  const found: Slot<string>[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const slot = read(words, at);
    if (slot !== undefined) {
      found.push(slot);
      at = slot.end - 1;
    }
  }
  return found.length > 0 || words.some((word) => /^#(shop|merchant)$/.test(word)) ? found : doneIn(words, known);
}

function doneIn(words: readonly string[], known: readonly string[]): Slot<string>[] {
  return words.flatMap((word, at) => {
    if (words[at + 1] === 'up') return []; // "what ate up most of it", "what drove up the total"
    const category = DOING.find(([, verbs]) => verbs.test(word))?.[0];
    const value = category === undefined ? undefined : spokenAt([category], 0, known)?.value;
    return value === undefined ? [] : [{ value, start: at, end: words[at + 1] === 'out' ? at + 2 : at + 1 }];
  });
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
  const [usual = parts.join(' ')] = names;
  // What is called by its usual name is not narrowed down to another one of its group.
  const value = parts.join(' ') === usual ? undefined : known.find((name) => names.some((same) => hasWord(name, same)));
  return { value: value ?? usual, start: at, end: at + parts.length };
}

const hasWord = (name: string, word: string): boolean => name === word || name.split(/\W+/).includes(word);

const startsWith = (words: readonly string[], at: number, parts: readonly string[]): boolean =>
  parts.every((part, n) => words[at + n] === part);
