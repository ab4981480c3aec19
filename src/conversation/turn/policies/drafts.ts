// When an answer is prepared before the turn is surely over, and when it is void.
import { completeness } from '../../lexicon/listening.js';
import { sameWords } from '../../words.js';
import type { MachineOptions } from '../machine-options.js';
import type { TurnState } from '../turn-state.js';
import { isHeldOpen } from './end-of-turn.js';

/** From here on words may be a whole turn. */
const COMPLETE = 0.5;

/** Whether the words may start a draft: there is none, nobody else has the floor, and not too many were tried. */
export const mayPrepare = (
  { turn, draft, reply, drafts, attended }: TurnState,
  text: string,
  { speculate, maxDrafts }: MachineOptions,
): boolean =>
  speculate &&
  attended === undefined &&
  turn !== undefined &&
  reply === undefined &&
  text !== '' &&
  draft === undefined &&
  drafts < maxDrafts;

/**
 * Whether a partial that has stood still may be the whole turn: not with words that dangle, and not while the caller can
 * be heard speaking. (In `provider` mode nobody promises to say that speech has stopped.)
 */
export const mayBeWhole = (state: TurnState, text: string, options: MachineOptions): boolean =>
  !isHeldOpen(state, options) && completeness(text, options.lexicon) > COMPLETE;

/** How long words must stand still to start one, ms; undefined when that starts none. A committed turn needs no guess. */
export const stillMs = (text: string, { speculate, mode, stillMs: ms }: MachineOptions): number | undefined =>
  speculate && mode !== 'manual' && ms > 0 && text !== '' ? ms : undefined;

/** Whether the draft answers these words. */
export const answers = ({ draft }: TurnState, text: string): boolean =>
  draft !== undefined && sameWords(draft.text, text);
