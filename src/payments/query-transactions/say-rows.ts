// Single transactions as they are read aloud: at most three of them in one go.
import { OFFER } from '../../llm/plan.port.js';
import type { Day } from '../../spoken/calendar.js';
import { plain, sayDay, sayList, sayMoney } from '../../spoken/say.js';
import type { QueryData, TransactionRow } from './transaction-data.js';

/** Transactions read aloud in one go. */
export const ROWS_AT_ONCE = 3;
export const MAX_NAME = 60;

/** "Corner Market for $54.20 on March 3rd". The same words every time: what was heard is found again by them. */
export function sayRow(row: TransactionRow, currency: string, today: Day): string {
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
