import { z } from 'zod';
import { currencyDigits } from '../../spoken/money.js';
import { limit } from '../../tools/arguments.js';
import { words } from '../../tools/say.js';
import { defineTool } from '../../tools/tool.js';
import type { ResultTable } from '../../tools/tool.port.js';
import type { BusinessData, GroupBy, Groups, TransactionReport } from '../data/business-data.port.js';
import { findTransactions } from '../selection/find-transactions.js';
import { sayWhat, sayWhen } from '../selection/say-selection.js';
import { periodsOf, selecting, type SelectionArgs } from '../selection/selection.js';

const ORDER = { error: 'I can begin with the newest, the oldest, the largest or the smallest. Which one?' };
const GROUPS = { error: 'I can add up by day, by month, by category or by merchant. Which one would you like?' };
/** Most groups of one kind that a model is told. */
const MOST_CATEGORIES = 20;
const MOST_GROUPS: Readonly<Record<GroupBy, number>> = { day: 62, month: 120, category: 50, merchant: 50 };

const schema = selecting({
  sort: z
    .enum(['newest', 'oldest', 'largest', 'smallest'], ORDER)
    .default('newest')
    .describe('which transactions are listed first; the largest are by amount'),
  group_by: z.enum(['day', 'month', 'category', 'merchant'], GROUPS).optional().describe('also add up by these'),
  limit: limit(5),
});

export const queryTransactionsTool = (data: BusinessData) =>
  defineTool({
    name: 'query_transactions',
    description:
      "Looks up a client's transactions: how many, their total, average, smallest and largest, totals by category, and " +
      'the first of them in an order. Pass every condition that the caller names; without dates it covers everything on ' +
      'record. Amounts are positive for money spent and negative for refunds. `filters` says what categories were taken for.',
    schema,
    effect: 'read',
    timeoutMs: 5_000,
    lateMessage: 'Our records are taking too long to answer. Please ask me again in a minute.',
    async run({ sort, group_by: groupBy, limit, ...args }, { caller, signal }) {
      const groupLimit = groupBy === undefined ? MOST_CATEGORIES : MOST_GROUPS[groupBy];
      const found = await findTransactions(data, args, { sort, groupBy, limit, groupLimit }, { caller, signal });
      if ('ok' in found) return found;
      const { client, from, to, count, total, average, minimum, maximum, currency, byCategory, byPeriod } = found;
      return {
        ok: true,
        data: {
          client,
          from,
          to,
          periods: periodsOf(args).map((period) => ({ from: period.from ?? null, to: period.to ?? null })),
          filters: filtersOf(args, found),
          count,
          total,
          average: average === null ? null : Number(average.toFixed(currencyDigits(currency))),
          minimum,
          maximum,
          currency,
          by_category: byCategory.slice(0, MOST_CATEGORIES),
          ...(byPeriod.length > 0 ? { by_period: byPeriod } : {}),
          ...(groupBy !== undefined && found.groups !== undefined ? grouped(groupBy, found.groups) : {}),
          sort,
          transactions: found.transactions,
        },
        table: tableOf(found, args),
      };
    },
  });

/** The rows that are told, for a page to show. */
function tableOf({ client, currency, count, transactions }: TransactionReport, args: SelectionArgs): ResultTable {
  const what = words(sayWhat(args, currency, count), `of client ${client.id}, ${client.name},`, sayWhen(args));
  return {
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)}`.replace(/,$/, ''),
    columns: [
      { name: 'Date', kind: 'date' },
      { name: 'Description', kind: 'text' },
      { name: 'Category', kind: 'text' },
      { name: 'Amount', kind: 'money', currency },
    ],
    rows: transactions.map(({ date, description, category, amount }) => [date, description, category, amount]),
    total: count,
  };
}

/** What was asked for beside the periods, and what the categories were taken for. */
const filtersOf = ({ merchant, direction, min_amount, max_amount }: SelectionArgs, report: TransactionReport) => ({
  ...(report.categories.length > 0 ? { categories: report.categories } : {}),
  ...(merchant === undefined ? {} : { merchant }),
  ...(report.except.length > 0 ? { except: report.except } : {}),
  ...(direction === undefined ? {} : { direction }),
  ...(min_amount === undefined ? {} : { min_amount }),
  ...(max_amount === undefined ? {} : { max_amount }),
});

function grouped(by: GroupBy, { list, ...groups }: Groups): object {
  const rows = list.map(({ key, ...total }) => ({ [by]: key, ...total }));
  return { groups: { by, ...groups }, ...(by === 'category' ? {} : { [`by_${by}`]: rows }) };
}
