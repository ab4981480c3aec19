// How callers ask for transactions, and how they are told: for the keyless planner.
import { z } from 'zod';
import type { Asked, ToolPlan } from '../../llm/plan.port.js';
import { MOST_ENTRIES } from '../../tools/arguments.js';
import { count, group, measure, order, top } from '../planner/measures.js';
import { sayDoubt, sayParts } from '../planner/say-parts.js';
import { ASK_CLIENT, SELECTION } from '../planner/slots.js';
import { ROWS_AT_ONCE, rowsHeard, sayMoreRows } from './say-rows.js';
import { sayQuery, type QueryAsked } from './say-transactions.js';
import { dataOf } from './transaction-data.js';

/** What the slots have found; what another model has called with in their place may be anything. */
const Wish = z.object({
  date: z.array(z.object({ from: z.string().exactOptional(), to: z.string().exactOptional() })).catch([]),
  category: z.array(z.string()).catch([]),
  merchant: z.string().optional().catch(undefined),
  except: z.array(z.string()).catch([]),
  direction: z.enum(['spent', 'refunded']).optional().catch(undefined),
  amount: z.object({ min: z.number().optional(), max: z.number().optional() }).catch({}),
  measure: z.enum(['total', 'count', 'average', 'groups']).optional().catch(undefined),
  order: z.enum(['largest', 'smallest', 'newest', 'oldest']).optional().catch(undefined),
  group: z.enum(['month', 'category', 'merchant', 'day']).optional().catch(undefined),
  top: z.enum(['most', 'least']).optional().catch(undefined),
  count: z.number().optional().catch(undefined),
});

function queryOf({ values }: Pick<Asked, 'values'>): QueryAsked {
  const { date, category, count: limit, order: sort, ...wish } = Wish.parse(values);
  // "Which month was the largest": the months are put in order, and not the transactions.
  const order = wish.group === undefined ? sort : undefined;
  return { ...wish, periods: date, categories: category, limit, order };
}

/** A mean of purchases and refunds together is no answer to what is spent on average, nor is a refund "over 50 dollars". */
const isOfSpending = ({ measure, direction, amount: { min, max } }: QueryAsked): boolean =>
  direction === undefined && (measure === 'average' || min !== undefined || max !== undefined);

export const queryTransactionsPlan: ToolPlan = {
  tool: 'query_transactions',
  ability: 'look up the transactions of a client',
  unable: 'look up transactions',
  slots: [...SELECTION, count, measure, order, group, top],
  ask: { client: ASK_CLIENT },
  details: {
    '#client': 3,
    '#owner': 3,
    '#date': 1,
    '#category': 1,
    '#count': 1,
    '#amount': 1,
    '#direction=refunded': 3,
    '#measure': 1,
    '#order': 2,
    '#group': 1,
  },
  cues: [
    [
      3,
      'transactions|translations|transition*|transmissions',
      'spend|spent|spending|spends|spended|expended|spendings',
      'purchase*',
      'expense*',
    ],
    [
      2,
      'transaction|visit|visits|visited',
      'buy|bought|buying|pay|paid|payment|payments|charges|bookings|statement|activity|expenditure*',
    ],
    [1, 'show|list|see|display|read|tell|give|find|check|need|want', 'look up', 'pull up', 'how much|many', 'total'],
    [1, 'what|which|how|did|does|do|has|have', '#client card|cards|account'],
    [2, 'they|he|she|their|his|her|them'],
    [2, 'you have|got|see for|of|on', 'on file|record', 'how often did|has|have|does'],
    [1, 'refund|refunds|refunded|reimbursed|reimbursement'],
    // Of a shop that is named it says no more.
    [
      1,
      'eat|eats|ate|eaten|dine|dines|dined|ride|rode|ridden|drive|drives|drove|driven|fly|flies|flew|flown|stay|stays|stayed at|with|by|from',
      'eat|eats|ate|eaten|dine|dines|dined out at',
      'eat|eats|ate|eaten|drive|drives|drove|driven up',
    ],
    [
      3,
      'did|has|have they|he|she',
      'the|his|her|their|#client money go|went',
      'biggest|largest|highest|expensive one|purchase|transaction|expense',
      'which|what category|month|merchant|shop|store is|was|were',
      // "Which one was it in june" asks the question before again.
      'which|what one is|was|were the',
      'which|what category',
    ],
  ],
  with({ values }) {
    const asked = queryOf({ values });
    return {
      ...(isOfSpending(asked) ? { direction: 'spent' } : {}),
      // The newest come first anyway; of groups no transactions are read.
      ...(asked.order === undefined || asked.order === 'newest' ? { sort: undefined } : {}),
    };
  },
  leftOut: (parts) => `I can't filter by ${sayParts(parts)}, so that is left out.`,
  doubt: sayDoubt,
  cannot: (parts) =>
    `I am sorry, I can't tell you about ${sayParts(parts)}. I can look up transactions, draw charts and send reports.`,
  say(data, asked) {
    const found = dataOf(data);
    const query = queryOf(asked);
    // With several clients at once fewer rows of each are read, and none is offered: "more" would not say of whom.
    return found === undefined
      ? undefined
      : sayQuery(
          found,
          isOfSpending(query) ? { ...query, direction: 'spent' } : query,
          asked.today,
          asked.answers > 1 ? 1 : undefined,
        );
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
};
