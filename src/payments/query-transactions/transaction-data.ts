// What query_transactions answers, as it comes back through a tool message.
import { z } from 'zod';

const text = z.string();
const number = z.number();
const day = text.nullish();
const Row = z.object({ date: text, description: text, category: text.catch(''), amount: number });
const Sum = z.object({ count: number, total: number });
const Group = Sum.extend({ key: text });
const TakenFor = z.object({ asked: text, found: z.array(text) });
const Data = z.object({
  client: z.object({ id: number, name: text.catch('') }),
  count: number,
  total: number,
  average: number.optional().catch(undefined),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .catch('USD'),
  filters: z
    .object({ categories: z.array(TakenFor).catch([]), except: z.array(TakenFor).catch([]) })
    .partial()
    .catch({}),
  by_category: z.array(Sum.extend({ category: text })).catch([]),
  by_period: z
    .array(Sum.extend({ from: day, to: day }))
    .optional()
    .catch(undefined),
  groups: z.object({ by: text, count: number, most: Group, least: Group }).optional().catch(undefined),
  by_month: z.array(Sum.extend({ month: text })).catch([]),
  by_day: z.array(Sum.extend({ day: text })).catch([]),
  by_merchant: z.array(Sum.extend({ merchant: text })).catch([]),
  transactions: z.array(Row),
});

export type TransactionRow = z.infer<typeof Row>;
export type QueryData = z.infer<typeof Data>;

/** Undefined when it is something else. */
export const dataOf = (data: unknown): QueryData | undefined => Data.safeParse(data).data;
