// Sums by month, category, merchant or day, the largest of them first.
import type { Day } from '../../spoken/calendar.js';
import { currencyDigits } from '../../spoken/money.js';
import { plain, sayCount, sayDay, sayList, sayMoney, sayPeriod } from '../../spoken/say.js';
import { MAX_NAME, ROWS_AT_ONCE } from './say-rows.js';
import type { Telling } from './say-transactions.js';
import type { QueryData } from './transaction-data.js';

type By = 'month' | 'category' | 'merchant' | 'day';

interface Group {
  readonly key: string;
  readonly count: number;
  readonly total: number;
}

function groupsOf(data: QueryData, by: By): readonly Group[] {
  const groups = {
    month: data.by_month.map(({ month: key, ...sum }) => ({ key, ...sum })),
    category: data.by_category.map(({ category: key, ...sum }) => ({ key, ...sum })),
    merchant: data.by_merchant.map(({ merchant: key, ...sum }) => ({ key, ...sum })),
    day: data.by_day.map(({ day: key, ...sum }) => ({ key, ...sum })),
  };
  return groups[by];
}

/** "in October", "on rent", "at Harbor Hotel", "on March 3rd". */
function sayKey(key: string, by: By, today: Day): string {
  if (by === 'month') {
    const [year = 0, month = 1] = key.split('-').map(Number);
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return sayPeriod({ from: `${key}-01`, to: `${key}-${last}` }, today).trim();
  }
  if (by === 'day') return `on ${sayDay(key, today)}`;
  const name = plain(key, MAX_NAME);
  return by === 'merchant' ? `at ${name}` : `on ${name.toLowerCase()}`;
}

/** Those that count for what was asked: refunds alone, or what was spent. */
function rankedOf({ data, asked }: Telling, by: By): readonly Group[] {
  const isBack = asked.direction === 'refunded';
  const groups = groupsOf(data, by).filter(({ total }) => (isBack ? total < 0 : total > 0));
  const isCounted = asked.measure === 'count';
  return groups.toSorted((a, b) => (isCounted ? b.count - a.count : Math.abs(b.total) - Math.abs(a.total)));
}

/** " Most of it was $60.25 on groceries and $4.50 on dining." */
export function sayGroups(telling: Telling): string {
  const { data, asked, today, noun } = telling;
  const by = asked.group ?? 'category';
  const ranked = rankedOf(telling, by);
  if (ranked.length === 0 || (ranked.length < 2 && asked.categories.length > 0)) return '';
  const parts = ranked.slice(0, Math.min(asked.limit ?? ROWS_AT_ONCE, ROWS_AT_ONCE)).map(({ key, count, total }) => {
    const what = asked.measure === 'count' ? sayCount(count, noun) : sayMoney(total, data.currency);
    return `${what} ${sayKey(key, by, today)}`;
  });
  return ` Most of it was ${sayList(parts)}.`;
}

/** "client 5001 spent the most in October: $30.25, in 2 transactions." */
export function sayTop(telling: Telling, which: 'most' | 'least'): string | undefined {
  const { data, asked, today, client, noun, of } = telling;
  const by = asked.group ?? 'category';
  const ranked = rankedOf(telling, by);
  const { groups } = data;
  const told = groups?.by === by && asked.measure !== 'count' && ranked.length > 0 ? groups : undefined;
  const best = told === undefined ? ranked.at(which === 'most' ? 0 : -1) : told[which];
  if (best === undefined) return undefined;
  const where = sayKey(best.key, by, today);
  const [count, total] = [sayCount(best.count, noun), sayMoney(best.total, data.currency)];
  if (asked.measure === 'count') return `${client} has the ${which} ${noun}s${of} ${where}: ${count}.`;
  return asked.direction === 'refunded'
    ? `${client} got the ${which} back${of} ${where}: ${total}, in ${count}.`
    : `${client} spent the ${which}${of} ${where}: ${total}, in ${count}.`;
}

const NOUNS = { month: 'month', category: 'category', merchant: 'merchant', day: 'day' } as const;

function countOf({ data, asked }: Telling): number {
  const by = asked.group ?? 'category';
  const { groups } = data;
  return groups?.by === by ? groups.count : groupsOf(data, by).length;
}

/** "in 4 different months" */
export function sayHowMany(telling: Telling): string {
  const by = telling.asked.group ?? 'category';
  const count = countOf(telling);
  const noun = by === 'category' && count !== 1 ? 'categories' : `${NOUNS[by]}${count === 1 ? '' : 's'}`;
  return `${by === 'day' ? 'on' : by === 'merchant' ? 'at' : 'in'} ${count} different ${noun}`;
}

/** "client 5001 spent $100.00 a month on average: $1,200.00 in 12 months with purchases." */
export function sayGroupAverage(telling: Telling): string | undefined {
  const { data, asked, client, noun, of } = telling;
  const count = countOf(telling);
  if (count === 0) return undefined;
  const by = NOUNS[asked.group ?? 'category'];
  const digits = 10 ** currencyDigits(data.currency);
  const average = sayMoney(Math.round((data.total / count) * digits) / digits, data.currency);
  const total = sayMoney(data.total, data.currency);
  const many = by === 'category' ? 'categories' : `${by}s`;
  return `${client} ${asked.direction === 'refunded' ? 'got back' : 'spent'} ${average} a ${by} on average${of}: ${total} over ${count === 1 ? `1 ${by}` : `${count} ${many}`} with ${noun}s.`;
}
