// A person in the agent's place: who answers what meanwhile, and when the agent has the call again.
import type { Attended, TurnState } from '../turn-state.js';

/** Sentences that wait to be said. */
const MAX_WAITING = 5;

/** A supervisor who says nothing while the caller says nothing is gone: so long, ms. */
export const UNATTENDED_MS = 120_000;

export const maySay = ({ attended }: TurnState): boolean =>
  attended !== undefined && attended.says.length < MAX_WAITING;

/**
 * What is to be said now, and what is left then: once nobody has a reply or a turn under way. A sound without words holds
 * nothing up.
 */
export function nextSaying({
  attended,
  reply,
  turn,
}: TurnState): { readonly text: string; readonly attended: Attended } | undefined {
  const [text, ...says] = attended?.says ?? [];
  if (attended === undefined || text === undefined || reply !== undefined || turn !== undefined) return undefined;
  const { by } = attended;
  return { text, attended: { by, says } };
}
