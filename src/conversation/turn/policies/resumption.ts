// How long a reply stays held for what may be an interruption, and what becomes of it then.
import type { MachineOptions } from '../machine-options.js';
import type { TurnState } from '../turn-state.js';
import { isHeldOpen } from './end-of-turn.js';

/** While a sound goes on, or guesses stand: for as long as words may take to come, ms. */
export const soundHoldsMs = ({ maxPauseMs }: MachineOptions): number => maxPauseMs;

/** After a sound without words, ms. */
export const silenceHoldsMs = ({ falseAlarmMs }: MachineOptions): number => falseAlarmMs;

/** What becomes of a held reply when its time is over and no words have ended it. */
export function afterPause(state: TurnState, options: MachineOptions): 'nothing' | 'resume' | 'stop' {
  if (state.reply?.paused !== true) return 'nothing';
  // Nobody coughs for so long; with a recogniser that has no partials, the words come when it is over.
  return isHeldOpen(state, options) ? 'stop' : 'resume';
}
