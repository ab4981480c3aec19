// Transactions as short sentences that can be spoken: at most three of them in one go, then an offer.
import { OFFER } from '../../llm/plan.port.js';
import type { Day, Period } from '../../spoken/calendar.js';
import { plain, sayCount, sayDay, sayList, sayMoney, sayPeriod } from '../../spoken/say.js';
import type { QueryData, TransactionRow } from './transaction-data.js';

/** What callers want to hear of their transactions. */
export const FOCUSES = ['list', 'total', 'breakdown', 'largest'] as const;

/** Transactions read aloud in one go. */
export const ROWS_AT_ONCE = 3;
const MAX_NAME = 60;

export interface QueryAsked {
  readonly focus: (typeof FOCUSES)[number];
  readonly period: Period;
  readonly category?: string;
  readonly limit?: number;
  readonly amount: boolean;
}

/** The answer about one client. `rows` is how many transactions may be read aloud. */
export function sayQuery(data: QueryData, asked: QueryAsked, today: Day, rows = ROWS_AT_ONCE): string {
  const name = plain(data.client.name, MAX_NAME);
  const client = `Client ${data.client.id}${name === '' ? '' : `, ${name},`}`;
  const when = sayPeriod(asked.period, today);
  const about = asked.category === undefined ? '' : ` on ${asked.category}`;
  const filter = asked.amount ? 'I cannot filter by amount, so this is everything. ' : '';
  if (data.count === 0) return `${client} has no transactions${about}${when}.`;
  const total = `${sayMoney(data.total, data.currency)}${data.total < 0 ? ' more coming back than going out' : ''}`;
  if (asked.focus === 'largest')
    return `${filter}${sayLargest(data, `${client.replace(/^C/, 'c')}${about}${when}`, today)}`;
  if (asked.focus !== 'list') {
    const verb = data.total < 0 ? 'has' : 'spent';
    const sum = `${client} ${verb} ${total}${about}${when}, in ${sayCount(data.count, 'transaction')}.`;
    return `${filter}${sum}${sayBreakdown(data, asked)}`;
  }
  const read = data.transactions.slice(0, Math.min(rows, asked.limit ?? rows));
  const wanted = Math.min(asked.limit ?? data.count, data.count);
  const said = sayList(read.map((row) => sayRow(row, data.currency, today)));
  const offer = read.length < wanted && rows === ROWS_AT_ONCE ? ` ${OFFER}` : '';
  if (read.length === 0)
    return `${filter}${client} has ${sayCount(data.count, 'transaction')}${about}${when}, ${total} in total.`;
  if (asked.limit !== undefined) {
    const latest = wanted === 1 ? 'The latest transaction' : `The latest ${wanted} transactions`;
    const some = read.length < wanted ? ' begin with ' : wanted === 1 ? ' is ' : ' are ';
    return `${filter}${latest} of client ${data.client.id}${name === '' ? '' : `, ${name},`}${about}${when}${some}${said}.${offer}`;
  }
  if (data.count === 1) return `${filter}${client} has 1 transaction${about}${when}: ${said}.`;
  const summary = `${client} has ${sayCount(data.count, 'transaction')}${about}${when}, ${total} in total.`;
  const intro = read.length === data.count ? 'They are' : read.length === 1 ? 'The latest is' : 'The latest are';
  return `${filter}${summary} ${intro} ${said}.${offer}`;
}

/** The largest of the rows at hand; when there are more, it says so. */
function sayLargest(data: QueryData, of: string, today: Day): string {
  const [row] = data.transactions.toSorted((a, b) => b.amount - a.amount);
  if (row === undefined) return 'That was everything.';
  const all = data.transactions.length >= data.count;
  const among = all
    ? 'The largest transaction'
    : `Among the latest ${data.transactions.length}, the largest transaction`;
  return `${among} of ${of} is ${sayRow(row, data.currency, today)}.`;
}

function sayBreakdown(data: QueryData, asked: QueryAsked): string {
  const spent = data.by_category.filter((one) => one.total > 0).toSorted((a, b) => b.total - a.total);
  if (asked.category !== undefined || spent.length < 2) return '';
  const parts = spent
    .slice(0, asked.focus === 'breakdown' ? ROWS_AT_ONCE : 1)
    .map((one) => `${sayMoney(one.total, data.currency)} on ${plain(one.category, MAX_NAME).toLowerCase()}`);
  return ` Most of it was ${sayList(parts)}.`;
}

/** "Corner Market for $54.20 on March 3rd". The same words every time: what was heard is found again by them. */
function sayRow(row: TransactionRow, currency: string, today: Day): string {
  const what = plain(row.description, MAX_NAME).replace(/[.,;:!?\s]+$/, '');
  const amount = sayMoney(row.amount, currency);
  const refund = `a refund of ${amount} from ${what.replace(/^refund (from|of|by) /i, '')}`;
  return `${row.amount < 0 ? refund : `${what} for ${amount}`} on ${sayDay(row.date, today)}`;
}

/** How many of the rows, from the first, are in what the caller has heard. */
export function rowsHeard(data: QueryData, heard: string, today: Day): number {
  let from = 0;
  for (const [n, row] of data.transactions.entries()) {
    const said = sayRow(row, data.currency, today);
    const at = heard.indexOf(said, from);
    if (at < 0) return n;
    from = at + said.length;
  }
  return data.transactions.length;
}

/** The next rows after the first `skip`, or undefined when the data holds no more. */
export function sayMoreRows(data: QueryData, skip: number, limit: number, today: Day): string | undefined {
  const rows = data.transactions.slice(skip, Math.min(skip + ROWS_AT_ONCE, limit));
  if (rows.length === 0) return undefined;
  const rest = Math.min(limit, data.count) - skip - rows.length;
  const said = sayList(rows.map((row) => sayRow(row, data.currency, today)));
  return `${rest > 0 ? 'Next:' : 'The last of them:'} ${said}.${rest > 0 ? ` ${OFFER}` : ''}`;
}
