// A selection in words, for titles, read-backs and the answer that there is nothing: with every filter that it has.
import { sayList } from '../../spoken/say.js';
import { sayMoney, sayPeriod, words } from '../../tools/say.js';
import { periodsOf, type SelectionArgs } from './selection.js';

const NOUNS = { spent: 'payment', refunded: 'refund', both: 'transaction' } as const;

/** "travel refunds at Harbor Hotel of $100.00 or more"; of a `count` of 1, "travel refund at ...". */
export const sayWhat = (args: SelectionArgs, currency: string, count?: number): string =>
  words(
    sayList(args.categories ?? [], 'or'),
    NOUNS[args.direction ?? 'both'] + (count === 1 ? '' : 's'),
    args.merchant === undefined ? '' : `at ${args.merchant}`,
    args.except === undefined || args.except.length === 0 ? '' : `without ${sayList(args.except, 'or')}`,
    sayAmounts(args, currency),
  );

/** "from March 1 to March 31, 2026 and on May 5, 2026"; empty for any day. */
export const sayWhen = (args: SelectionArgs): string =>
  sayList(periodsOf(args).flatMap(({ from, to }) => sayPeriod(from, to) || []));

function sayAmounts({ min_amount: least, max_amount: most }: SelectionArgs, currency: string): string {
  const money = (amount: number) => sayMoney(amount, currency);
  if (least !== undefined && most !== undefined) {
    return least === most ? `of ${money(least)}` : `between ${money(least)} and ${money(most)}`;
  }
  if (least !== undefined) return `of ${money(least)} or more`;
  return most === undefined ? '' : `of ${money(most)} or less`;
}
