// What query_transactions answers, as it comes back through a tool message.
import { z } from 'zod';

const text = z.string();
const number = z.number();
const Row = z.object({ date: text, description: text, category: text.catch(''), amount: number });
const Data = z.object({
  client: z.object({ id: number, name: text.catch('') }),
  count: number,
  total: number,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .catch('USD'),
  by_category: z.array(z.object({ category: text, count: number, total: number })).catch([]),
  transactions: z.array(Row),
});

export type TransactionRow = z.infer<typeof Row>;
export type QueryData = z.infer<typeof Data>;

/** Undefined when it is something else. */
export const dataOf = (data: unknown): QueryData | undefined => Data.safeParse(data).data;
