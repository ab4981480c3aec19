// What begins a turn, or goes on with the open one.
import type { MachineOptions } from '../machine-options.js';
import type { TurnState } from '../turn-state.js';
import { isDisclosing } from './disclosure.js';

/** Whether words that were heard count: not over a reply that must not be interrupted; those over a disclosure are kept. */
export const takesWords = ({ reply }: TurnState, { interruptible }: MachineOptions): boolean =>
  reply === undefined || interruptible || isDisclosing({ reply });
