// When what the caller says or utters over a reply holds it, and when it ends it.
import { isBackchannel } from '../../lexicon/listening.js';
import { wordsOf } from '../../words.js';
import type { MachineOptions } from '../machine-options.js';
import type { ActiveReply, TurnState } from '../turn-state.js';
import { isDisclosing } from './disclosure.js';

/** Whether the caller's voice may stop the reply. Where the client ends turns, only what it commits does. */
export const mayInterrupt = ({ reply }: TurnState, { interruptible, mode }: MachineOptions): boolean =>
  interruptible && mode !== 'manual' && !isDisclosing({ reply });

/** Whether these words only accompany the reply. After a question, "okay" is an answer; a committed turn is meant. */
export const accompanies = (text: string, reply: ActiveReply, { mode, lexicon }: MachineOptions): boolean =>
  mode !== 'manual' && reply.audible && !reply.question && isBackchannel(text, lexicon);

/** What words over the reply do to it. Settled ones are meant; guesses hold it until they have stood. */
export function wordsOver(
  state: TurnState,
  text: string,
  settled: boolean,
  options: MachineOptions,
): 'nothing' | 'hold' | 'stop' {
  const { reply } = state;
  if (reply === undefined || !mayInterrupt(state, options)) return 'nothing';
  if (wordsOf(text).length < options.minInterruptionWords || accompanies(text, reply, options)) return 'nothing';
  return settled || options.interruptionMs === 0 ? 'stop' : 'hold';
}

/** What guesses do that have had their time: a lone word is given some more. */
export function guessesOver(state: TurnState, text: string, options: MachineOptions): 'nothing' | 'wait' | 'stop' {
  if (wordsOver(state, text, true, options) === 'nothing') return 'nothing';
  const lone = wordsOf(text).length === 1 && options.interruptionWordMs > options.interruptionMs;
  return lone && state.guessing !== 'lone' ? 'wait' : 'stop';
}
