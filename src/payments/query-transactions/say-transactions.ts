// The answer about the transactions of one client, in at most two sentences and an offer. What was asked for is said back:
// whoever hears a number hears of what it is.
import { OFFER } from '../../llm/plan.port.js';
import type { Day, Period } from '../../spoken/calendar.js';
import { plain, sayCount, sayList, sayMoney, sayPeriod } from '../../spoken/say.js';
import { sayGroupAverage, sayGroups, sayHowMany, sayTop } from './say-groups.js';
import { MAX_NAME, ROWS_AT_ONCE, sayRow } from './say-rows.js';
import type { QueryData } from './transaction-data.js';

export interface QueryAsked {
  readonly periods: readonly Period[];
  readonly categories: readonly string[];
  readonly merchant?: string | undefined;
  /** What is left out: categories or shops. */
  readonly except: readonly string[];
  readonly direction?: 'spent' | 'refunded' | undefined;
  readonly amount: { readonly min?: number | undefined; readonly max?: number | undefined };
  readonly measure?: 'total' | 'count' | 'average' | 'groups' | undefined;
  readonly order?: 'largest' | 'smallest' | 'newest' | 'oldest' | undefined;
  readonly group?: 'month' | 'category' | 'merchant' | 'day' | undefined;
  readonly top?: 'most' | 'least' | undefined;
  readonly limit?: number | undefined;
}

/** What the sentences are put together from. */
export interface Telling {
  readonly data: QueryData;
  readonly asked: QueryAsked;
  readonly today: Day;
  /** "client 5001, Ada Park," */
  readonly client: string;
  /** "purchase", "refund" or "transaction". */
  readonly noun: string;
  /** " of at least $50.00 on dining at Noodle House in March" */
  readonly of: string;
}

/** The answer about one client. `rows` is how many transactions may be read aloud. */
export function sayQuery(data: QueryData, asked: QueryAsked, today: Day, rows = ROWS_AT_ONCE): string {
  const name = plain(data.client.name, MAX_NAME);
  const telling: Telling = {
    data,
    asked,
    today,
    client: `client ${data.client.id}${name === '' ? '' : `, ${name},`}`,
    noun: asked.direction === 'refunded' ? 'refund' : asked.direction === 'spent' ? 'purchase' : 'transaction',
    of: `${sayFilters(asked, data.currency)}${sayPeriods(asked.periods, today)}`,
  };
  return `${sayUnknown(data)}${capital(sayAnswer(telling, rows))}`;
}

function sayAnswer(telling: Telling, rows: number): string {
  const { data, asked, client, noun, of } = telling;
  if (data.count === 0) return `${client} has no ${noun}s${of}.`;
  if (asked.group !== undefined) {
    if (asked.measure === 'groups') return `${sayFound(telling)}, ${sayHowMany(telling)}.`;
    if (asked.measure === 'average') return sayGroupAverage(telling) ?? sayAverage(telling);
    const top = asked.top !== undefined && asked.limit === undefined ? sayTop(telling, asked.top) : undefined;
    return top ?? `${saySum(telling)}${sayGroups(telling)}`;
  }
  if (asked.order !== undefined || asked.limit !== undefined) return sayOrdered(telling, rows);
  const periods = sayEachPeriod(telling);
  if (periods !== undefined) return periods;
  switch (asked.measure) {
    case 'average':
      return sayAverage(telling);
    case 'count':
    case 'groups':
      return `${sayFound(telling)}.`;
    case 'total':
      return `${saySum(telling)}${sayParts(telling)}`;
    case undefined:
    default:
      return sayRows(telling, rows);
  }
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Categories that the client has not: they are in no number. And what there is none of to leave out. */
function sayUnknown({ filters: { categories = [], except = [] } }: QueryData): string {
  const [unknown, absent] = [categories, except].map((all) => {
    const none = all.filter(({ found }) => found.length === 0).map(({ asked }) => plain(asked, MAX_NAME));
    return none.length === 0 ? undefined : sayList(none, 'or');
  });
  const missing = unknown === undefined ? '' : `I find no category ${unknown}. `;
  return absent === undefined ? missing : `${missing}I find nothing of ${absent} to leave out. `;
}

function sayFilters({ amount: { min, max }, categories, merchant, except }: QueryAsked, currency: string): string {
  const money = (amount: number): string => sayMoney(amount, currency);
  const amount =
    min === undefined
      ? max === undefined
        ? ''
        : ` of at most ${money(max)}`
      : max === undefined
        ? ` of at least ${money(min)}`
        : min === max
          ? ` of ${money(min)}`
          : ` of ${money(min)} to ${money(max)}`;
  const about = categories.length === 0 ? '' : ` on ${sayList(categories.map((one) => plain(one, MAX_NAME)))}`;
  const at = merchant === undefined ? '' : ` at ${title(merchant)}`;
  const without = except.length === 0 ? '' : ` without ${sayList(except.map((one) => plain(one, MAX_NAME)))}`;
  return `${amount}${about}${at}${without}`;
}

const title = (name: string): string =>
  plain(name, MAX_NAME).replaceAll(/(?<![\p{L}'])(?!(?:and|of|the) )\p{L}/gu, capital);

const sayPeriods = (periods: readonly Period[], today: Day): string => {
  const said = sayList(periods.map((period) => sayPeriod(period, today).trim()).filter((period) => period !== ''));
  return said === '' ? '' : ` ${said}`;
};

/** "client 5001 spent $64.75 in November, in 3 transactions." */
function saySum({ data, asked, client, noun, of }: Telling): string {
  const total = sayMoney(data.total, data.currency);
  const count = sayCount(data.count, noun);
  if (asked.direction === 'refunded') return `${client} got ${total} back${of}, in ${count}.`;
  if (data.total < 0) return `${client} has ${total} more coming back than going out${of}, in ${count}.`;
  return `${client} spent ${total}${of}, in ${count}.`;
}

/** What the largest part of a sum was, or each of the categories that were asked for. */
function sayParts({ data, asked }: Telling): string {
  const { categories, merchant, direction } = asked;
  const spent = data.by_category.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  const said = spent.map(
    ({ category, total }) => `${sayMoney(total, data.currency)} on ${plain(category, MAX_NAME).toLowerCase()}`,
  );
  if (direction === 'refunded' || spent.length < 2 || merchant !== undefined) return '';
  if (categories.length === 0) return ` Most of it was ${said[0] ?? ''}.`;
  return categories.length > 1 && spent.length <= ROWS_AT_ONCE ? ` That is ${sayList(said)}.` : '';
}

/** "client 5001 has 7 transactions in March, $1,449.74 in total" */
function sayFound({ data, client, noun, of, asked }: Telling): string {
  const back = data.total < 0 && asked.direction !== 'refunded' ? ' more coming back than going out' : '';
  return `${client} has ${sayCount(data.count, noun)}${of}, ${sayMoney(data.total, data.currency)}${back} in total`;
}

function sayAverage({ data, client, noun, of }: Telling): string {
  const average = sayMoney(data.average ?? data.total / data.count, data.currency);
  return `the average ${noun} of ${client}${of} is ${average}, over ${sayCount(data.count, noun)}.`;
}

/** Two periods or more, each by itself: "spent $20.00 in September and $30.25 in October, which is $10.25 more." */
function sayEachPeriod({ data, asked, today, client, noun }: Telling): string | undefined {
  const { by_period: periods = [] } = data;
  if (periods.length < 2 || asked.measure === 'average') return undefined;
  const about = sayFilters(asked, data.currency);
  const inPeriod = ({ from, to }: (typeof periods)[number]): string =>
    sayPeriod({ ...(from == null ? {} : { from }), ...(to == null ? {} : { to }) }, today);
  if (asked.measure === 'count') {
    const counts = periods.map((one, n) => `${n === 0 ? sayCount(one.count, noun) : one.count}${inPeriod(one)}`);
    return `${client} has ${sayList(counts)}${about}.`;
  }
  const verb = asked.direction === 'refunded' ? 'got back' : 'spent';
  const sums = periods.map((one) => {
    const isOdd = one.total < 0 && asked.direction !== 'refunded';
    return `${isOdd ? 'minus ' : ''}${sayMoney(one.total, data.currency)}${inPeriod(one)}`;
  });
  const [first, second] = periods;
  if (periods.length > 2 || first === undefined || second === undefined)
    return `${client} ${verb} ${sayList(sums)}${about}.`;
  const difference = Math.abs(first.total) - Math.abs(second.total);
  const isPlain = first.total >= 0 === second.total >= 0;
  const more =
    difference === 0
      ? ', the same'
      : `, ${sayMoney(difference, data.currency)} more${inPeriod(difference > 0 ? first : second)}`;
  return `${client} ${verb} ${sayList(sums)}${about}${isPlain ? more : ''}.`;
}

const ORDERED = { largest: 'largest', smallest: 'smallest', newest: 'latest', oldest: 'oldest' } as const;

/** "the latest 3 transactions of client 5001 are ..." */
function sayOrdered({ data, asked, today, client, noun, of }: Telling, rows: number): string {
  const word = ORDERED[asked.order ?? 'newest'];
  const wanted = Math.min(asked.limit ?? data.count, data.count);
  const read = data.transactions.slice(0, Math.min(rows, wanted));
  const said = sayList(read.map((row) => sayRow(row, data.currency, today)));
  const many = asked.limit === undefined || wanted < asked.limit ? '' : ` ${wanted}`;
  const what = wanted === 1 ? `the ${word} ${noun}` : `the ${word}${many} ${noun}s`;
  const verb = read.length < wanted ? 'begin with' : wanted === 1 ? 'is' : 'are';
  const offer = read.length < wanted && rows === ROWS_AT_ONCE ? ` ${OFFER}` : '';
  if (read.length === 0) return `${client} has ${sayCount(data.count, noun)}${of}.`;
  return `${what} of ${client}${of} ${verb} ${said}.${offer}`;
}

function sayRows(telling: Telling, rows: number): string {
  const { data, today, client, noun, of } = telling;
  const read = data.transactions.slice(0, rows);
  const said = sayList(read.map((row) => sayRow(row, data.currency, today)));
  if (read.length === 0) return `${sayFound(telling)}.`;
  if (data.count === 1) return `${client} has 1 ${noun}${of}: ${said}.`;
  const intro = read.length === data.count ? 'They are' : read.length === 1 ? 'The latest is' : 'The latest are';
  const offer = read.length < data.count && rows === ROWS_AT_ONCE ? ` ${OFFER}` : '';
  return `${sayFound(telling)}. ${intro} ${said}.${offer}`;
}
