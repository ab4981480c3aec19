// The details that a payments company's callers name, for the keyless planner.
import type { SlotPlan } from '../../llm/plan.port.js';
import type { Period } from '../../spoken/calendar.js';
import { corrected } from '../../spoken/answers.js';
import { findPeriods } from '../../spoken/dates.js';
import { hearAddresses } from '../../spoken/email-address.js';
import { findNumbers } from '../../spoken/numbers.js';
import { lastSpelled } from '../../spoken/spelled-out.js';
import type { Slot } from '../../spoken/words.js';
import { findCategories } from './categories.js';
import { count, group, measure, order, top } from './measures.js';
import {
  findFamilyNames,
  findKnownNames,
  findWholeNames,
  isPartOfName,
  isWhole,
  mayStandAlone,
  nearNames,
  wholeName,
} from './known-names.js';
import { findClientNames, isPossessive } from './names.js';
import { mailChart, mailFile } from '../send-email-report/mail-slots.js';
import { amount, direction, except, exclusion, merchant, withoutRefunds } from './selection.js';
import { mayName } from './vocabulary.js';

type Words = readonly string[];
type Arguments = Readonly<Record<string, unknown>>;

const textOf = (args: Arguments, name: string): string | undefined =>
  typeof args[name] === 'string' ? args[name] : undefined;

/** Most addresses in one request. */
const MAX_ADDRESSES = 10;
/** Without one of these nobody speaks of an address: "what did she spend at amazon dot com". */
const MAILING = /^(?:e?mail(?:ed|ing)?|send|sent|forward(?:ed)?|address(?:es)?|report|spelled|spelt)$/;
/** Takes the place of what was heard before the "at": "no, it is spelled t a r a". */
const SPELLED = /^(?:spell|spelled|spelt|spelling|no|not|wrong|letter|letters)$/;

function findEmails(words: Words, expected: boolean, before: unknown): readonly Slot<string | undefined>[] {
  const found = hearAddresses(words);
  const isMeant = expected || words.some((word) => MAILING.test(word));
  const [last, ...others]: readonly unknown[] = Array.isArray(before) ? before : [];
  const local = found.length > 0 || others.length > 0 ? undefined : lastSpelled(words);
  if (typeof last === 'string' && local !== undefined && words.some((word) => SPELLED.test(word)))
    return [{ value: `${local}${last.slice(last.indexOf('@'))}`, start: 0, end: words.length }];
  return found.filter(({ value }) => value !== undefined || isMeant);
}

export const email: SlotPlan<string> = {
  name: 'email',
  listed: MAX_ADDRESSES,
  read: (words, { expected, before }) => findEmails(words, expected, before['email']),
  listToArguments: ([recipient, ...others]) =>
    others.length === 0 ? { recipient } : { recipients: [recipient, ...others] },
  fromArguments({ recipients, recipient }) {
    const all: unknown[] = Array.isArray(recipients) ? recipients : [recipient];
    const addresses = all.filter((address) => typeof address === 'string');
    return addresses.length === 0 ? undefined : addresses;
  },
  // "send it" right after talking of an address means that address; the caller is asked before it goes out.
  carry: 'same',
  wrong: /\b(wrong|different|another|other|not the right|change the) (email |e mail )?(address|email|recipient)\b/,
};

/** Most periods and categories in one request. */
const MAX_LISTED = 12;

const isPeriod = (value: unknown): value is Period => typeof value === 'object' && value !== null;

const lastPeriod = (dates: unknown): Period | undefined =>
  Array.isArray(dates) ? dates.filter(isPeriod).at(-1) : undefined;

export const date: SlotPlan<Period> = {
  name: 'date',
  listed: MAX_LISTED,
  read: (words, { today, before }) => findPeriods(words, today, lastPeriod(before['date'])),
  listToArguments(periods) {
    const [first = {}] = periods;
    if (periods.length > 1) return { periods };
    return {
      ...(first.from === undefined ? {} : { from: first.from }),
      ...(first.to === undefined ? {} : { to: first.to }),
    };
  },
  fromArguments(args) {
    if (Array.isArray(args['periods'])) return args['periods'].filter(isPeriod);
    const [from, to] = [textOf(args, 'from'), textOf(args, 'to')];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  },
  carry: 'along',
};

const CLIENT_WORD = /^(client|clients|customer|customers|account|accounts|number|id|user)$/;
/** From here up a number is a client without being called one. */
const BARE_CLIENT = 1000;
/** How many digits clients' numbers have. */
const CLIENT_DIGITS = 4;
/** Ids are 32-bit integers in the database. */
const MAX_INT32 = 2_147_483_647;
const MAX_CLIENTS = 8;

/** Before a shop whose name is one word, which may be any word. */
const LEADS_TO_SHOP = /^(at|from|to|with|by|via|for|the)$/;

/** What recognisers hear for "client", right before its number. */
const HEARD_CLIENT = /^(blind|planned|plan|plain|land|gland|clay|play|plight|flight|climb|line|kind|giant|playing)$/;

function clientNumbers(words: Words, expected: boolean): readonly Slot<number>[] {
  const numbers = findNumbers(words, CLIENT_DIGITS).filter((slot) => slot.value > 0 && slot.value <= MAX_INT32);
  const isNamed = (slot: Slot<number>): boolean => CLIENT_WORD.test(words[slot.start - 1] ?? '');
  const sure = numbers.filter((slot) => slot.value >= BARE_CLIENT || isNamed(slot));
  if (sure.length > 0 || !expected) return sure.map((slot) => withWord(slot, words));
  const isPronoun = (slot: Slot<number>): boolean => words[slot.start] === 'one' && words.length > 2; // "the big one"
  return numbers.filter((slot) => !isPronoun(slot)).slice(-1);
}

/** Values of a slot that have been understood already, where their mask stands. */
function placed(words: Words, name: string, values: Arguments): readonly Slot<unknown>[] {
  const places = words.flatMap((word, at) => (word === `#${name}` ? [at] : []));
  const all: readonly unknown[] = Array.isArray(values[name]) ? values[name] : [];
  return all.map((value, n) => ({ value, start: places[n] ?? 0, end: places[n] ?? 0 }));
}

const isClient = (slot: Slot<unknown>): slot is Slot<number | string> =>
  typeof slot.value === 'number' || typeof slot.value === 'string';
const isText = (slot: Slot<unknown>): slot is Slot<string> => typeof slot.value === 'string';

/** Whole names of clients that are known: before anything else is read, since there are an April Young and a Summer Fields. */
export const knownClient: SlotPlan<number | string> = {
  name: 'client',
  several: MAX_CLIENTS,
  read: (words, { names }) => findWholeNames(words, names),
};

/** Shops that are known: a cafe is no category in the name of one. */
export const knownMerchant: SlotPlan<string> = {
  name: 'merchant',
  read(words, { names, said }) {
    const alone = findKnownNames(words, names).filter(
      (slot) => !isWhole(slot) && mayName(words[slot.start] ?? '') && LEADS_TO_SHOP.test(words[slot.start - 1] ?? ''),
    );
    const found = [...findWholeNames(words, names), ...alone].toSorted((a, b) => a.start - b.start);
    // Nothing looks for two: the second is said to be left out, unless it is what was meant in the first place.
    return corrected(said, found).length < found.length ? found : found.slice(0, 1);
  },
  selects: true,
  isWeak: () => false,
};

/** Numbers that are called a client or are as large as one; when a client was asked for, any number rather than none. */
export const client: SlotPlan<number | string> = {
  name: 'client',
  several: MAX_CLIENTS,
  carry: 'latest',
  read(words, { expected, names, values, written }) {
    // "ruth's entertainment", "ruths entertainment": what follows is no name of hers.
    const isOwner = ({ value, end }: Slot<string>): boolean =>
      !value.endsWith(words[end - 1] ?? '') || isPossessive(words[end - 1] ?? '', written);
    const named = findKnownNames(words, names)
      .filter((slot) => mayStandAlone(slot, words))
      .map((slot) => (isOwner(slot) ? slot : wholeName(slot, words, names, written)));
    const whole = placed(words, 'client', values).filter(isClient);
    const called = named.length > 0 || whole.length > 0 ? named : findFamilyNames(words, names, written);
    const numbers = clientNumbers(words, expected && called.length === 0 && whole.length === 0).map((slot) =>
      isPartOfName(words[slot.end] ?? '', names) ? { ...slot, end: slot.end + 1 } : slot,
    );
    // "5001 Ada Park", "Ada Park (5001)": one client, and not two.
    const isAlone = ({ start, end }: Slot<unknown>): boolean =>
      !numbers.some((number) => isBeside(words, number.end, start) || isBeside(words, end, number.start));
    const others = [...whole, ...called].filter(
      (slot) => isAlone(slot) && !numbers.some((one) => one.end > slot.start && one.start <= slot.start),
    );
    return [...others, ...numbers].toSorted((a, b) => a.start - b.start);
  },
  toArguments: (one) => (typeof one === 'number' ? { client_id: one } : { client_name: one }),
  fromArguments({ client_id: id, client_name: name }) {
    return typeof id === 'number' ? id : typeof name === 'string' ? name : undefined;
  },
  wrong: /\b(wrong|different|another|other|not the right|change the) (client|customer)\b/,
};

/** Nothing stands between them but what is masked. */
const isBeside = (words: Words, end: number, start: number): boolean =>
  end <= start && words.slice(end, start).every((word) => word === '');

/** "clay and five thousand and one": the word for a client belongs to the number. */
function withWord(slot: Slot<number>, words: Words): Slot<number> {
  const before = /^(and|in|an)$/.test(words[slot.start - 1] ?? '') ? slot.start - 2 : slot.start - 1;
  return HEARD_CLIENT.test(words[before] ?? '') ? { ...slot, start: before } : slot;
}

/** Clients by name, among the words that nothing else has understood. */
export const clientName: SlotPlan<number | string> = {
  name: 'client',
  several: MAX_CLIENTS,
  rest: true,
  read(words, { said, written, expected, values, before, names }) {
    const known = placed(words, 'client', values).filter(isClient);
    const near = known.length > 0 ? [] : nearNames(words, { said, written }, names);
    if (near.length > 0) return near;
    const named = findClientNames(words, {
      said,
      written,
      expected,
      hasNames: names.length > 0,
      numbered: known.length > 0,
      known: before['client'] !== undefined,
    });
    const isGuess = names.length > 0;
    return named.length === 0 ? [] : [...known, ...named.map((slot) => ({ ...slot, isGuess }))];
  },
};

/** "ada park's": somebody's name, whosever it is. It speaks for a request about him. */
export const owner: SlotPlan<string> = {
  name: 'owner',
  read: (words, { written }) =>
    words.some((word) => mayName(word) && isPossessive(word, written)) ? [{ value: 'owner', start: 0, end: 0 }] : [],
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: () => true,
  momentary: true,
};

export const category: SlotPlan<string> = {
  name: 'category',
  listed: MAX_LISTED,
  read: (words, { names }) => findCategories(words, { known: names }),
  listToArguments: (categories) => ({ categories }),
  fromArguments({ categories, category: one }) {
    const all: unknown[] = Array.isArray(categories) ? categories : [one];
    const names = all.filter((name) => typeof name === 'string');
    return names.length === 0 ? undefined : names;
  },
  carry: 'along',
  topical: true,
  selects: true,
};

/** The fewest letters of a category in which a misspelt one is told from other words. */
const FEWEST_LETTERS = 6;

/** "grocries": what nothing has understood and can only be a known category. */
export const nearCategory: SlotPlan<string> = {
  ...category,
  rest: true,
  read(words, { said, written, names, values }) {
    const long = names.filter(({ length }) => length >= FEWEST_LETTERS);
    const near = nearNames(words, { said, written }, long);
    return near.length === 0 ? [] : [...placed(words, 'category', values).filter(isText), ...near];
  },
};

/** Which transactions are meant: all tools take them. */
export const SELECTION: readonly SlotPlan[] = [client, date, category, amount, direction, merchant, except];

/** The surest first: the digits of an address are never taken for a client. */
export const SLOTS: readonly SlotPlan[] = [
  email,
  mailFile,
  mailChart,
  knownClient,
  withoutRefunds,
  except,
  exclusion,
  knownMerchant,
  date,
  amount,
  count,
  client,
  category,
  direction,
  measure,
  order,
  group,
  top,
  owner,
  clientName,
  nearCategory,
  merchant,
];

/** How to ask for a client. */
export const ASK_CLIENT = [
  'Which client do you mean?',
  'I am sorry, I did not catch the client number. You can say it like five thousand and one.',
] as const;
