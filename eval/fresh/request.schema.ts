// A file of requests: what strangers say to the agent, and what they want by it. `today` fixes the day that "last month"
// counts from, so that the file means the same whenever it is run.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const period = z
  .strictObject({ from: z.iso.date(), to: z.iso.date() })
  .refine(({ from, to }) => from <= to, { error: 'ends before it begins' });

/** Which rows are meant; what was not said is absent, and no periods are everything on record. */
const scope = {
  clients: z.array(z.number().int()).min(1),
  periods: z.array(period).default([]),
  categories: z.array(z.string()).default([]),
  merchant: z.string().optional(),
  /** Categories and shops that are left out. */
  except: z.array(z.string()).optional(),
  direction: z.enum(['spent', 'refunded']).optional(),
  /** USD. */
  above: z.number().optional(),
  below: z.number().optional(),
};

export const MEASURES = [
  'total',
  'count',
  'average',
  'smallest',
  'largest',
  'newest',
  'oldest',
  'list',
  'by_category',
  'by_month',
  'by_merchant',
] as const;

const want = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('transactions'),
    ...scope,
    measure: z.enum(MEASURES),
    /** How many of the rows or groups, from the first. */
    limit: z.number().int().positive().optional(),
  }),
  z.strictObject({
    type: z.literal('chart'),
    ...scope,
    by: z.enum(['month', 'category', 'day', 'merchant', 'balance']).optional(),
    style: z.enum(['bar', 'line', 'pie', 'table']).optional(),
  }),
  z.strictObject({ type: z.literal('mail'), ...scope, to: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal('document'), slug: z.string() }),
  z.strictObject({ type: z.literal('web') }),
  z.strictObject({ type: z.literal('ask'), about: z.string() }),
  z.strictObject({ type: z.literal('cannot'), what: z.string() }),
  z.strictObject({ type: z.literal('talk') }),
]);

const request = z.strictObject({
  id: z.string(),
  kind: z.enum(['typed', 'spoken']),
  /** What the caller says, turn by turn; the last one is judged. */
  turns: z.array(z.string().min(1)).min(1),
  want,
});

const file = z.strictObject({ today: z.iso.date(), requests: z.array(request).min(1) });

export type Want = z.output<typeof want>;
export type WantOf<Type extends Want['type']> = Extract<Want, { type: Type }>;
/** The rows that are meant. */
export type Scope = Omit<WantOf<'transactions'>, 'type' | 'measure' | 'limit'>;
export type FreshRequest = z.output<typeof request>;
export type FreshFile = z.output<typeof file>;

/** The file is missing or not as it should be; `message` has a line for each fault. */
export class RequestsError extends Error {}

/** Reads a file of requests. Throws RequestsError. */
export function readRequests(path: string): FreshFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RequestsError(`${path}: ${(error as Error).message}`, { cause: error });
  }
  const { data, error } = file.safeParse(json);
  if (data === undefined) throw new RequestsError(`${path}: ${z.prettifyError(error)}`);
  const ids = data.requests.map(({ id }) => id);
  const twice = ids.find((id, n) => ids.indexOf(id) !== n);
  if (twice !== undefined) throw new RequestsError(`${path}: ${twice} is there twice`);
  return data;
}
