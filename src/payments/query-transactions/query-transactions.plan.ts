// How callers ask for transactions, and how they are told: for the keyless planner.
import { z } from 'zod';
import type { Asked, ToolPlan } from '../../llm/plan.port.js';
import { MOST_ENTRIES } from '../../tools/arguments.js';
import { ASK_CLIENT, amount, category, client, count, date, focus } from '../planner/slots.js';
import { FOCUSES, ROWS_AT_ONCE, rowsHeard, sayMoreRows, sayQuery, type QueryAsked } from './say-transactions.js';
import { dataOf } from './transaction-data.js';

/** What the slots have found; what another model has called with in their place may be anything. */
const Wish = z.object({
  focus: z.enum(FOCUSES).catch('list'),
  date: z.object({ from: z.string().exactOptional(), to: z.string().exactOptional() }).catch({}),
  category: z.string().optional().catch(undefined),
  count: z.number().optional().catch(undefined),
  amount: z.number().optional().catch(undefined),
});

function queryOf({ values }: Asked): QueryAsked {
  const { focus, date, category, count, amount } = Wish.parse(values);
  return {
    focus,
    period: date,
    ...(category === undefined ? {} : { category }),
    ...(count === undefined ? {} : { limit: count }),
    amount: amount !== undefined,
  };
}

export const queryTransactionsPlan: ToolPlan = {
  tool: 'query_transactions',
  ability: 'look up the transactions of a client',
  unable: 'look up transactions',
  slots: [client, date, category, count, amount, focus],
  ask: { client: ASK_CLIENT },
  details: { '#client': 3, '#date': 1, '#category': 1, '#count': 1, '#amount': 1 },
  cues: [
    [3, 'transactions|translations|transition*|transmissions', 'spend|spent|spending|spends', 'purchase*', 'expense*'],
    [2, 'transaction', 'buy|bought|buying|pay|paid|payment|payments|charges|bookings|statement|activity|expenditure*'],
    [1, 'show|list|see|display|read|tell|give|find|check|need|want', 'look up', 'pull up', 'how much|many', 'total'],
    [1, 'what|which|how|did|does|do|has|have'],
    [2, 'they|he|she|their|his|her|them'],
    [
      3,
      'did|has|have they|he|she',
      'the money go|went',
      'biggest|largest|highest|expensive one|purchase|transaction|expense',
      'which|what category|one is',
      'which|what category',
    ],
  ],
  // The largest is looked for among the rows.
  with: ({ values }) => (values['focus'] === 'largest' ? { limit: MOST_ENTRIES } : {}),
  say(data, asked) {
    const found = dataOf(data);
    // With several clients at once fewer rows of each are read, and none is offered: "more" would not say of whom.
    return found === undefined
      ? undefined
      : sayQuery(found, queryOf(asked), asked.today, asked.answers > 1 ? 1 : undefined);
  },
  more(data, asked, heard) {
    const found = dataOf(data);
    if (found === undefined) return undefined;
    const read = rowsHeard(found, heard, asked.today);
    const limit = Math.min(queryOf(asked).limit ?? MOST_ENTRIES, MOST_ENTRIES);
    const wanted = Math.min(read + ROWS_AT_ONCE, found.count, limit);
    if (found.transactions.length < wanted) return { fetch: { limit: Math.min(read + 2 * ROWS_AT_ONCE, limit) } };
    const said = sayMoreRows(found, read, limit, asked.today);
    return said === undefined ? undefined : { text: said };
  },
  shown: (data) => dataOf(data)?.by_category.map(({ category }) => ['category', category.toLowerCase()] as const) ?? [],
};
