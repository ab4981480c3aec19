// What the agent says of itself when nobody has the floor.
import type { MachineOptions } from '../machine-options.js';
import type { ReplyKind, TurnState } from '../turn-state.js';

export const isBusy = ({ reply, turn, callerSpeaking }: TurnState): boolean =>
  reply !== undefined || turn !== undefined || callerSpeaking;

/** What is due as soon as nobody has the floor: that the caller cannot be heard, or what a slow tool has found. */
export const dueReply = ({ unheard, news }: TurnState): Extract<ReplyKind, 'unheard' | 'report'> | undefined =>
  unheard ? 'unheard' : news ? 'report' : undefined;

/** How long nobody says anything before the agent asks, ms; undefined when it never does. */
export const idleMs = ({ idlePromptMs }: MachineOptions): number | undefined =>
  idlePromptMs > 0 ? idlePromptMs : undefined;

/** Longer than any recogniser keeps words back while somebody speaks on, ms. */
const WORDLESS_MS = 45_000;

/** The same for a sound of which nobody has said that it is over, and that has brought no word. */
export const wordlessMs = (options: MachineOptions): number | undefined => {
  const ms = idleMs(options);
  return ms === undefined ? undefined : Math.max(ms, WORDLESS_MS);
};

/** What it says then: it asks some times, and hangs up in the end. */
export const idleReply = (
  { prompts }: TurnState,
  { maxIdlePrompts }: MachineOptions,
): Extract<ReplyKind, 'prompt' | 'goodbye'> => (prompts < maxIdlePrompts ? 'prompt' : 'goodbye');
