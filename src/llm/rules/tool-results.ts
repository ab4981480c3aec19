// What tools answer, read from the JSON of a tool message. Anything unexpected is a failed outcome, never an exception.
import { z } from 'zod';
import { plain } from './say.js';

const text = z.string();
const number = z.number();

const Row = z.object({ date: text, description: text, category: text.catch(''), amount: number });
const QueryData = z.object({
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
const EmailData = z.object({ recipient: text, client_id: number.optional(), count: number.optional() });
const ChartData = z.object({ title: text, count: number.optional() });
const Passage = z.object({ title: text.catch(''), excerpt: text.catch(''), content: text.catch('') });
const DocumentsData = z.object({ results: z.array(Passage) });
const Page = z.object({ title: text.catch(''), snippet: text.catch('') });
const WebData = z.object({ answer: text.optional().catch(undefined), results: z.array(Page).catch([]) });

export type TransactionRow = z.infer<typeof Row>;
export type QueryData = z.infer<typeof QueryData>;
export type EmailData = z.infer<typeof EmailData>;
export type ChartData = z.infer<typeof ChartData>;
export type DocumentPassage = z.infer<typeof Passage>;
export type WebData = z.infer<typeof WebData>;

export interface Failure {
  readonly ok: false;
  readonly code: string;
  /** A sentence for the caller. */
  readonly message: string;
}
export type Outcome = { readonly ok: true; readonly data: unknown } | Failure;

const Arguments = z.record(text, z.unknown());
const OutcomeShape = z.union([
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), code: text, message: text }),
]);

const UNREADABLE: Failure = {
  ok: false,
  code: 'failed',
  message: 'I got an answer that I cannot read. Please try again in a moment.',
};

/** The outcome in a tool message; `failed` when it is none. */
export function outcomeOf(content: string): Outcome {
  const parsed = OutcomeShape.safeParse(jsonOf(content));
  if (!parsed.success) return UNREADABLE;
  if (parsed.data.ok) return { ok: true, data: parsed.data.data };
  const { code, message } = parsed.data;
  return { ok: false, code, message: plain(message) || UNREADABLE.message };
}

const reader =
  <T>(schema: z.ZodType<T>) =>
  (data: unknown): T | undefined =>
    schema.safeParse(data).data;

export const queryData = reader(QueryData);
export const emailData = reader(EmailData);
export const chartData = reader(ChartData);
export const documentsData = reader(DocumentsData);
export const webData = reader(WebData);

/** The object in a JSON text; empty when there is none. */
export function argumentsOf(json: string): Readonly<Record<string, unknown>> {
  return Arguments.safeParse(jsonOf(json)).data ?? {};
}

/** The same for calls of the same tool with the same arguments, in whatever order they are written. */
export function callKey(call: { readonly name: string; readonly arguments: string }): string {
  const sorted = Object.entries(argumentsOf(call.arguments)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${call.name} ${JSON.stringify(sorted)}`;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // not JSON: the caller of this function says what that means
  }
}
