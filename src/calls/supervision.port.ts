// What whoever supervises a call may do with it. Every act is told to the call's observers, with who did it and without a word.
import type { ActRefusal as ConversationRefusal } from '../conversation/supervision.port.js';

export type SupervisorAct = 'hung_up' | 'whispered' | 'took_over' | 'gave_back' | 'said';

/** See ConversationRefusal; `planner`: the call's model follows no instructions. */
export type ActRefusal = ConversationRefusal | 'planner';

/** `by`: the supervisor's user id. What is done returns undefined; see SupervisedConversation. */
export interface Supervision {
  readonly takenOverBy: string | undefined;
  /** The call ends within a second, but for what has been begun and cannot be stopped. */
  hangUp(by: string): ActRefusal | undefined;
  whisper(by: string, text: string): ActRefusal | undefined;
  takeOver(by: string): ActRefusal | undefined;
  /** Whoever has taken it over: he may be gone. */
  giveBack(by: string): ActRefusal | undefined;
  say(by: string, text: string): ActRefusal | undefined;
}

export interface SupervisedCall {
  /** How long it has been going on, ms, over all its lines and processes. */
  readonly ageMs: number;
  readonly supervision: Supervision;
}

/** The calls of this process. */
export interface SupervisedCalls {
  /** Undefined for one that is over, or goes on in another process. */
  find(sessionId: string): { readonly call: SupervisedCall } | undefined;
}

/** Nest injection token of the SupervisedCalls. */
export const SUPERVISED_CALLS = Symbol('SupervisedCalls');
