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

export const UNREADABLE: Failure = {
  ok: false,
  code: 'failed',
  message: 'I got an answer that I cannot read. Please try again in a moment.',
};

const Outcomes: z.ZodType<Outcome> = z
  .union([
    z.object({ ok: z.literal(true), data: z.unknown() }),
    z.object({
      ok: z.literal(false),
      code: z.string(),
      message: z.string().transform((message) => plain(message) || UNREADABLE.message),
    }),
  ])
  .catch(UNREADABLE);
const Arguments = z.record(z.string(), z.unknown()).catch({});

/** The outcome in a tool message; `failed` when it is none. */
export const outcomeOf = (content: string): Outcome => Outcomes.parse(jsonOf(content));

/** The object in a JSON text; empty when there is none. */
export const argumentsOf = (json: string): Readonly<Record<string, unknown>> => Arguments.parse(jsonOf(json));

export const isFailure = (outcome: Outcome | undefined, ...codes: readonly string[]): boolean =>
  outcome?.ok === false && codes.includes(outcome.code);

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
