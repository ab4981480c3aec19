import { z } from 'zod';
import type { BusinessData, TransactionReport } from '../data/business-data.port.js';
import { IN_ORDER, inOrder, limit, period } from '../../tools/arguments.js';
import { clientId, unknownClient } from '../client.js';
import { failure, sayPeriod, words } from '../../tools/say.js';
import { defineTool } from '../../tools/tool.js';

const schema = z
  .object({
    client_id: clientId(),
    ...period(),
    category: z
      .string({ error: 'Please name one category, for example groceries or travel.' })
      .trim()
      .max(60, { error: 'Please name one category, for example groceries or travel.' })
      .optional()
      .describe(
        'only this category: groceries, dining, travel, transport, shopping, health, entertainment, rent, utilities, software or insurance',
      ),
    limit: limit(5),
  })
  .refine(inOrder, IN_ORDER);

export const queryTransactionsTool = (data: BusinessData) =>
  defineTool({
    name: 'query_transactions',
    description:
      "Looks up a client's transactions in a period: how many, their total, totals by category, and the newest ones. " +
      'Amounts are positive for money spent and negative for refunds. Without dates it covers everything on record.',
    schema,
    effect: 'read',
    timeoutMs: 5_000,
    lateMessage: 'Our records are taking too long to answer. Please ask me again in a minute.',
    async run({ client_id, from, to, category, limit }, { caller, signal }) {
      const query = { clientId: client_id, from, to, category, limit };
      const report = await data.queryTransactions(query, { caller, signal });
      if (report === undefined) return unknownClient(client_id);
      if (report.count === 0) return noTransactions(report, { from, to, category });
      const { client, count, total, currency, transactions } = report;
      return {
        ok: true,
        data: {
          client,
          from: report.from,
          to: report.to,
          count,
          total,
          currency,
          by_category: report.byCategory,
          transactions,
        },
      };
    },
  });

/** Also of the other tools that begin with a client's transactions. */
export function noTransactions(
  { client }: TransactionReport,
  asked: { from?: string | undefined; to?: string | undefined; category?: string | undefined },
) {
  const { from, to, category } = asked;
  const narrowed = from !== undefined || to !== undefined || category !== undefined;
  return failure(
    'not_found',
    words(
      `Client ${client.id}, ${client.name}, has no`,
      category ?? '',
      words('transactions', sayPeriod(from, to)) + '.',
      narrowed ? 'Would you like to hear about another period or category?' : '',
    ),
  );
}
