// What tools answer, read from the JSON of a tool message. Anything unexpected is a failed outcome, never an exception.
import { z } from 'zod';
import { plain } from '../../spoken/say.js';

export interface Failure {
  readonly ok: false;
  readonly code: string;
  /** A sentence for the caller. */
  readonly message: string;
}
export type Outcome = { readonly ok: true; readonly data: unknown } | Failure;

const Arguments = z.record(z.string(), z.unknown());
const OutcomeShape = z.union([
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

export const UNREADABLE: Failure = {
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
