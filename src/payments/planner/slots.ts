// The details that a payments company's callers name, for the keyless planner.
import type { SlotPlan } from '../../llm/plan.port.js';
import type { Period } from '../../spoken/calendar.js';
import { findPeriods } from '../../spoken/dates.js';
import { findAddresses } from '../../spoken/email-address.js';
import { findNumbers, readNumber } from '../../spoken/numbers.js';
import type { Slot } from '../../spoken/words.js';
import { findCategories } from './categories.js';

type Words = readonly string[];
type Arguments = Readonly<Record<string, unknown>>;

const textOf = (args: Arguments, name: string): string | undefined =>
  typeof args[name] === 'string' ? args[name] : undefined;

export const email: SlotPlan<string> = {
  name: 'email',
  read: (words) => findAddresses(words),
  toArguments: (recipient) => ({ recipient }),
  fromArguments: (args) => textOf(args, 'recipient'),
  // "send it" right after talking of an address means that address; the caller is asked before it goes out.
  carry: 'same',
  wrong: /\b(wrong|different|another|other|not the right|change the) (email |e mail )?(address|email|recipient)\b/,
};

export const date: SlotPlan<Period> = {
  name: 'date',
  read: (words, { today }) => findPeriods(words, today),
  toArguments: ({ from, to }) => ({ from, to }),
  fromArguments(args) {
    const [from, to] = [textOf(args, 'from'), textOf(args, 'to')];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  },
  carry: 'along',
};

/** An amount of money: no tool can filter by it, and the answer says so. */
export const amount: SlotPlan<number> = {
  name: 'amount',
  read: (words) => {
    const written = words.flatMap((word, at) =>
      /^\$\d|%$/.test(word) ? [{ value: Number(word.replace(/[$%]/g, '')), start: at, end: at + 1 }] : [],
    );
    const spoken = findNumbers(words).filter((slot) =>
      /^(dollar|dollars|bucks|euro|euros|pounds|cents|percent)$/.test(words[slot.end] ?? ''),
    );
    return [...written, ...spoken.map((slot) => ({ ...slot, end: slot.end + 1 }))];
  },
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: () => true,
  momentary: true,
};

const ITEMS =
  /^(transaction|transactions|purchase|purchases|payment|payments|expense|expenses|entries|rows|items|bookings)$/;
const LATEST = /^(last|latest|recent|newest|past|previous)$/;
const MAX_LIMIT = 100;

/** Rows wanted: "the last three", "five latest transactions", "the last transaction". */
export const count: SlotPlan<number> = {
  name: 'count',
  read(words) {
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
  },
  toArguments: (limit) => ({ limit }),
  fromArguments: () => undefined,
};

const CLIENT_WORD = /^(client|clients|customer|customers|account|accounts|number|id|user)$/;
/** From here up a number is a client without being called one. */
const BARE_CLIENT = 1000;
/** How many digits clients' numbers have. */
const CLIENT_DIGITS = 4;
/** Ids are 32-bit integers in the database. */
const MAX_INT32 = 2_147_483_647;
const MAX_CLIENTS = 8;

/** Numbers that are called a client or are as large as one; when a client was asked for, any number rather than none. */
export const client: SlotPlan<number> = {
  name: 'client',
  several: MAX_CLIENTS,
  carry: 'latest',
  read(words, { expected }) {
    const numbers = findNumbers(words, CLIENT_DIGITS).filter((slot) => slot.value > 0 && slot.value <= MAX_INT32);
    const isNamed = (slot: Slot<number>): boolean => CLIENT_WORD.test(words[slot.start - 1] ?? '');
    const sure = numbers.filter((slot) => slot.value >= BARE_CLIENT || isNamed(slot));
    if (sure.length > 0 || !expected) return sure;
    const isPronoun = (slot: Slot<number>): boolean => words[slot.start] === 'one' && words.length > 2; // "the big one"
    return numbers.filter((slot) => !isPronoun(slot)).slice(-1);
  },
  toArguments: (id) => ({ client_id: id }),
  fromArguments: ({ client_id: id }) => (typeof id === 'number' ? id : undefined),
  wrong: /\b(wrong|different|another|other|not the right|change the) (client|customer)\b/,
};

export const category: SlotPlan<string> = {
  name: 'category',
  read: (words, { known }) => findCategories(words, { known }),
  carry: 'corrected',
  topical: true,
};

/** What is told of the transactions, by the words for it; it takes no words from other details. */
export const focus: SlotPlan<string> = {
  name: 'focus',
  read: (words, { said }) => aspect(FOCUS, said) ?? (words.includes('#category') ? [ofTurn('total')] : []),
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: (value) => value === 'list',
};

const FOCUS = [
  [
    'breakdown',
    /\b(by category|per category|categories|breakdown|break (it |that |them )?down|most on|mostly|(which|what) category|the money (go|went))\b/,
  ],
  ['largest', /\b(biggest|largest|highest|most expensive)\b/],
  ['total', /\b(how much|how many|total|sum|altogether|amount|add (it|that|them) up)\b/],
  ['list', /\b(transactions?|list|show|purchases|which|read)\b/],
] as const;

const ofTurn = (value: string): Slot<string> => ({ value, start: 0, end: 0 });

function aspect(table: readonly (readonly [string, RegExp])[], said: Words): Slot<string>[] | undefined {
  const joined = said.join(' ');
  const found = table.find(([, pattern]) => pattern.test(joined));
  return found === undefined ? undefined : [ofTurn(found[0])];
}

/** The surest first: the digits of an address are never taken for a client. */
export const SLOTS: readonly SlotPlan[] = [email, date, amount, count, client, category, focus];

/** How to ask for a client. */
export const ASK_CLIENT = [
  'Which client do you mean?',
  'I am sorry, I did not catch the client number. You can say it like five thousand and one.',
] as const;
