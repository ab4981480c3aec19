// What is to be told of the transactions: a sum, how many, the largest, by month.
import type { SlotPlan } from '../../llm/plan.port.js';
import { readNumber } from '../../spoken/numbers.js';
import type { Slot } from '../../spoken/words.js';
import { phraseReader, wordsOfPhrases, type Phrases } from '../../spoken/phrases.js';

const text = (args: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  typeof args[name] === 'string' ? args[name] : undefined;

const GROUP_NOUNS = 'days|months|merchants|shops|stores|places|vendors|categories';
const MEASURES: Phrases<Measure> = [
  ['groups', `how many (?:different )?(?:${GROUP_NOUNS})|number of (?:different )?(?:${GROUP_NOUNS})`],
  ['average', 'average|avg|averages|averaged|averaging|typically|per (?:transaction|purchase|visit|payment)'],
  ['count', 'how many times|how many|number of times|number of|count of|count|how often'],
];
const readMeasure = phraseReader(MEASURES);
const SUMS: Phrases<Measure> = [
  [
    'total',
    'how much|total|totals|totalled|sum|altogether|in all|add up|adds up|added up|come to|comes to|came to|combined|together|overall|amount',
  ],
];
const readSum = phraseReader(SUMS);

/** `groups`: how many months, merchants, ... there are. */
export type Measure = 'average' | 'count' | 'total' | 'groups';

/** One number instead of the transactions themselves. */
export const measure: SlotPlan<Measure> = {
  name: 'measure',
  transparent: true,
  read: (words) => {
    const said = [...readMeasure(words)];
    if (said.length > 0) return said.slice(0, 1);
    // A sum is what any tool tells: its words ask for nothing more.
    const sums = readSum(words).slice(0, 1);
    const asks = sums.length > 0 || words.includes('#category') || words.includes('#direction');
    return asks ? [{ value: 'total', start: 0, end: 0 }] : [];
  },
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: () => false,
};

export type Order = 'largest' | 'smallest' | 'newest' | 'oldest';
/** "The least she has ever paid in one go". */
const AT_ONCE =
  '(?= (?:\\S+ ){0,5}(?:pay|pays|paid|spend|spent|charged)(?: \\S+){0,3} (?:in one go|in a single|at once|at a time|on one|on a single))';
const ORDERS = [
  [
    'largest',
    'biggest|largest|highest|greatest|priciest|costliest|most expensive|most costly|most big|dearest|maximum|max|top|heaviest|steepest|' +
      `most${AT_ONCE}`,
  ],
  ['smallest', `smallest|lowest|tiniest|cheapest|least expensive|least costly|minimum|min|littlest|least${AT_ONCE}`],
  ['newest', 'newest|latest|most recent|most recently|recent|recently|lately|last'],
  ['oldest', 'oldest|earliest|first|very first'],
] as const;
const readOrder = phraseReader<Order>(ORDERS);

export const order: SlotPlan<Order> = {
  name: 'order',
  transparent: true,
  read: (words) => readOrder(words),
  toArguments: (sort) => ({ sort }),
  fromArguments: (args) => ORDERS.find(([name]) => name === text(args, 'sort'))?.[0],
  isWeak: () => false,
};

const ITEMS = 'transaction|purchase|payment|expense|entry|row|item|booking|refund|charge|thing|one';
const ITEM = new RegExp(`^(?:${ITEMS})$`);
/** Of these "two" may be others than the first two: "those two months". */
const TIMES = /^(?:months|days)$/;
const GROUPS =
  /^(?:transactions|purchases|payments|expenses|entries|rows|items|bookings|refunds|charges|things|ones|merchants|shops|stores|places|categories|months|days)$/;
const MAX_LIMIT = 100;
/** Words between an order and what is ordered: "the largest travel purchases". */
const NEAR = 3;

const SPLITS = /^(?:split|splitting|break|broken|divided?|sort(?:ed)?|group(?:ed)?)$/;
/** "Split it up in two categories": recognisers hear it for "into categories". */
const isInto = (words: readonly string[], at: number): boolean =>
  words[at] === 'two' && words[at - 1] === 'in' && words.slice(0, at).some((word) => SPLITS.test(word));

/** Rows wanted: "the last three", "five largest purchases", "top 3 merchants", "the last transaction". */
export const count: SlotPlan<number> = {
  name: 'count',
  read(words) {
    const orders = readOrder(words);
    const isOrder = (at: number): boolean => orders.some(({ start, end }) => at >= start && at < end);
    const found: Slot<number>[] = [];
    for (let at = 0; at < words.length;) {
      const number = readNumber(words, at);
      if (number === undefined) {
        at += 1;
        continue;
      }
      const { value, end } = number;
      const after = words[end] === 'most' && !isOrder(end) ? end + 1 : end;
      const isCounted =
        isOrder(at - 1) ||
        isOrder(after) ||
        (GROUPS.test(words[after] ?? '') && !TIMES.test(words[after] ?? '')) ||
        ITEM.test(words[after] ?? '');
      // "one" is what is meant, not how many.
      const isPronoun = words[at] === 'one' && !isOrder(after);
      if (isCounted && !isPronoun && !isInto(words, at) && value >= 1 && value <= MAX_LIMIT)
        found.push({ value, start: at, end });
      at = end;
    }
    if (found.length > 0) return found;
    const singular = orders.some(({ end }) => {
      const near = words.slice(end, end + NEAR);
      const item = near.findIndex((word) => ITEM.test(word));
      const several = near.findIndex((word) => GROUPS.test(word));
      return item >= 0 && (several < 0 || item < several);
    });
    return singular ? [{ value: 1, start: 0, end: 0 }] : [];
  },
  toArguments: (limit) => ({ limit }),
  fromArguments: () => undefined,
};

export type Group = 'month' | 'category' | 'merchant' | 'day';
const SHOP = '(?:merchants?|shops?|stores?|vendors?|places?)';
const GROUPINGS = [
  [
    'month',
    '(?:by|per|into|each|every|which|what|how many) months?|a month|monthly|month (?:by|for|after) month|top (?:\\S+ )?months',
  ],
  [
    'category',
    '(?:by|per|into|in two|each|every|which|what|how many) (?:category|categories)|category (?:by|for) category|categories|breakdown|break (?:\\S+ )?down|broken down|most on|mostly on|mostly|the money (?:go|went)|money (?:go|went)',
  ],
  [
    'merchant',
    `(?:by|per|into|in two|each|every|which|what|how many) ${SHOP}|${SHOP} (?:by|for) ${SHOP}|merchants|shops|stores|most at|where (?:did|does|do|has|have|is|was)`,
  ],
  ['day', '(?:by|per|into|each|every|which|what|how many) days?|daily|day (?:by|for|after) day|a day'],
] as const;
const readGroup = phraseReader<Group>(GROUPINGS);

/** What sums are made of. */
export const group: SlotPlan<Group> = {
  name: 'group',
  transparent: true,
  read(words) {
    const found = readGroup(words);
    // "By merchant, where did the money go": what it is asked by is said in so many words.
    const isPlain = ({ start }: Slot<Group>): boolean =>
      /^(by|per|each|every|which|what|month|monthly|day|daily)$/.test(words[start] ?? '');
    return found.toSorted((a, b) => Number(isPlain(b)) - Number(isPlain(a)));
  },
  toArguments: (by) => ({ group_by: by }),
  fromArguments: (args) => GROUPINGS.find(([name]) => name === text(args, 'group_by'))?.[0],
  isWeak: () => false,
};

/** The words of all these. */
export const MEASURE_WORDS: readonly string[] = [...MEASURES, ...SUMS, ...ORDERS, ...GROUPINGS].flatMap((row) =>
  wordsOfPhrases([row]),
);

const readTop = phraseReader<'most' | 'least'>([
  ['most', '(?:which|what) (?:month|day|category|merchant|shop|store|place)|most|biggest|highest|largest|top'],
  ['least', 'least|smallest|lowest|cheapest'],
]);

/** Of groups, only the first or the last: "which month", "spent the least". */
export const top: SlotPlan<'most' | 'least'> = {
  name: 'top',
  transparent: true,
  read: (words) => readTop(words).toSorted((a, b) => Number(b.value === 'least') - Number(a.value === 'least')),
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: () => true,
};
