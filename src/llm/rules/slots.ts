// The details of a wish: which clients, which period, which category, how many, to whom. Each is understood once and
// then masked, surest first, so that the digits of an address are never taken for a client.
import { findCategories, type CategoryNames } from './categories.js';
import type { Day, Period } from './calendar.js';
import { findPeriods } from './dates.js';
import { findAddresses } from './email-address.js';
import { findNumbers, readNumber } from './numbers.js';
import { mask, type Slot } from './words.js';

export interface Slots {
  readonly clients?: readonly number[];
  readonly period?: Period;
  readonly category?: string;
  readonly recipient?: string;
  /** Rows wanted ("the last three"). */
  readonly limit?: number;
}

export interface SlotContext {
  readonly today: Day;
  readonly categories: CategoryNames;
  /** The caller was asked for a client number: any number is one. */
  readonly expectClient: boolean;
}

export interface Understood {
  readonly slots: Slots;
  /** The words with every detail masked. */
  readonly masked: readonly string[];
  /** An amount of money was named: no tool can filter by it. */
  readonly amount: boolean;
}

type Words = readonly string[];

const CORRECTION = /^(no|not|sorry|actually|mean|meant|wait|rather|make|correction)$/;
const CLIENT_WORD = /^(client|clients|customer|customers|account|accounts|number|id|user)$/;
/** From here up a number is a client without being called one. */
const BARE_CLIENT = 1000;
/** Ids are 32-bit integers in the database. */
const MAX_INT32 = 2_147_483_647;
const MAX_CLIENTS = 8;
const MAX_LIMIT = 100;

/** Finds the details in the words. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
export function findSlots(words: Words, context: SlotContext): Understood {
  const addresses = findAddresses(words);
  const withoutAddresses = mask(words, addresses, '#email');
  const periods = findPeriods(withoutAddresses, context.today);
  const withoutPeriods = mask(withoutAddresses, periods, '#date');
  const amounts = findAmounts(withoutPeriods);
  const withoutAmounts = mask(withoutPeriods, amounts, '#amount');
  const limits = findLimits(withoutAmounts);
  const withoutLimits = mask(withoutAmounts, limits, '#count');
  const clients = findClients(withoutLimits, context.expectClient);
  const withoutClients = mask(withoutLimits, clients, '#client');
  const categories = findCategories(withoutClients, context.categories);
  const masked = mask(withoutClients, categories, '#category');

  const final = <T>(slots: readonly Slot<T>[]): readonly Slot<T>[] => corrected(words, slots);
  const ids = [...new Set(final(clients).map((slot) => slot.value))].slice(0, MAX_CLIENTS);
  const period = final(periods)[0]?.value;
  const category = final(categories)[0]?.value;
  const recipient = final(addresses)[0]?.value;
  const limit = final(limits)[0]?.value;
  return {
    slots: {
      ...(ids.length > 0 ? { clients: ids } : {}),
      ...(period === undefined ? {} : { period }),
      ...(category === undefined ? {} : { category }),
      ...(recipient === undefined ? {} : { recipient }),
      ...(limit === undefined ? {} : { limit }),
    },
    masked,
    amount: amounts.length > 0,
  };
}

/** Drops what was taken back: everything before the last correction that something of the same kind follows. */
function corrected<T>(words: Words, slots: readonly Slot<T>[]): readonly Slot<T>[] {
  const last = slots.at(-1);
  if (last === undefined) return slots;
  const marker = words.findLastIndex((word, at) => at < last.start && CORRECTION.test(word));
  const after = slots.filter((slot) => slot.start > marker);
  // "not 5001, 5002": the one right after "not" is the wrong one, when another follows.
  return words[marker] === 'not' && after.length > 1 ? after.slice(1) : after;
}

function findAmounts(words: Words): Slot<number>[] {
  const written = words.flatMap((word, at) =>
    /^\$\d|%$/.test(word) ? [{ value: Number(word.replace(/[$%]/g, '')), start: at, end: at + 1 }] : [],
  );
  const spoken = findNumbers(words).filter((slot) =>
    /^(dollar|dollars|bucks|euro|euros|pounds|cents|percent)$/.test(words[slot.end] ?? ''),
  );
  return [...written, ...spoken.map((slot) => ({ ...slot, end: slot.end + 1 }))];
}

const ITEMS =
  /^(transaction|transactions|purchase|purchases|payment|payments|expense|expenses|entries|rows|items|bookings)$/;
const LATEST = /^(last|latest|recent|newest|past|previous)$/;

/** "the last three", "five latest transactions", "the last transaction". */
function findLimits(words: Words): Slot<number>[] {
  const found: Slot<number>[] = [];
  for (let at = 0; at < words.length;) {
    const latest = LATEST.test(words[at] ?? '');
    const number = readNumber(words, latest ? at + 1 : at);
    const item = words[at + 1] ?? '';
    if (number !== undefined) {
      const end = words[number.end] === 'most' ? number.end + 1 : number.end;
      const counted = latest || LATEST.test(words[end] ?? '') || ITEMS.test(words[end] ?? '');
      const sensible = number.value >= 1 && number.value <= MAX_LIMIT;
      if (counted && sensible) found.push({ value: number.value, start: at, end: number.end });
      at = number.end;
    } else {
      if (latest && ITEMS.test(item) && !item.endsWith('s')) found.push({ value: 1, start: at, end: at + 1 });
      at += 1;
    }
  }
  return found;
}

/** Numbers that are called a client or are as large as one; when a client was asked for, any number rather than none. */
function findClients(words: Words, expected: boolean): Slot<number>[] {
  const numbers = findNumbers(words).filter((slot) => slot.value > 0 && slot.value <= MAX_INT32);
  const isNamed = (slot: Slot<number>): boolean => CLIENT_WORD.test(words[slot.start - 1] ?? '');
  const sure = numbers.filter((slot) => slot.value >= BARE_CLIENT || isNamed(slot));
  if (sure.length > 0 || !expected) return sure;
  const isPronoun = (slot: Slot<number>): boolean => words[slot.start] === 'one' && words.length > 2; // "the big one"
  return numbers.filter((slot) => !isPronoun(slot)).slice(-1);
}
