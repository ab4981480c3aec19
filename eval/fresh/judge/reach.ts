// Which rows a tool was called for, worked out from the arguments of its calls alone.
import { z } from 'zod';
import { type Ledger, merchantOf, type Row } from '../ledger.js';
import type { MadeCall } from './verdict.js';

const text = z.string().nullish();
const number = z.coerce.number().nullish();

const Reach = z.looseObject({
  client_id: number,
  client_name: text,
  from: text,
  to: text,
  periods: z.array(z.looseObject({ from: text, to: text })).nullish(),
  category: text,
  categories: z.union([z.string(), z.array(z.string())]).nullish(),
  merchant: text,
  except: z.array(z.string()).nullish(),
  direction: z.enum(['spent', 'refunded']).nullish(),
  min_amount: number,
  max_amount: number,
});

const OPEN = { from: '0000-01-01', to: '9999-12-31' };

/** The rows that one call is about; none for arguments that cannot be read. */
export function rowsOf(args: unknown, ledger: Ledger): Row[] {
  const reach = Reach.safeParse(args).data;
  if (reach === undefined) return [];
  const { client_id, client_name, from, to, periods, category, categories, merchant, direction } = reach;
  const { except, min_amount, max_amount } = reach;
  const named = [...ledger.clients].filter(([, name]) => client_name != null && begins(client_name, name));
  const asked = [...(periods ?? []), ...(from == null && to == null ? [] : [{ from, to }])];
  const names = [categories ?? [], category ?? []].flat().map((name) => name.toLowerCase());
  return ledger
    .matching({
      clients: client_id == null ? named.map(([id]) => id) : [client_id],
      categories: names,
      periods: asked.map((one) => ({ from: one.from ?? OPEN.from, to: one.to ?? OPEN.to })),
      direction: direction ?? undefined,
    })
    .filter((row) => except?.some((name) => begins(name, row.category) || begins(name, merchantOf(row))) !== true)
    .filter((row) => merchant == null || begins(merchant, merchantOf(row)))
    .filter(({ amount }) => Math.abs(amount) >= (min_amount ?? 0) && Math.abs(amount) <= (max_amount ?? Infinity));
}

/** Each word asked for is the beginning of a word there. */
function begins(asked: string, name: string): boolean {
  const words = name.toLowerCase().split(' ');
  return asked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.some((one) => one.startsWith(word)));
}

/** The rows that all calls of a tool together are about; undefined when there is no call. */
export function coveredBy(calls: readonly MadeCall[], tool: string, ledger: Ledger): Row[] | undefined {
  const own = calls.filter(({ name }) => name === tool);
  return own.length === 0 ? undefined : [...new Set(own.flatMap((call) => rowsOf(call.arguments, ledger)))];
}

export const sameRows = (a: readonly Row[], b: readonly Row[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length;
