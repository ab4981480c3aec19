// What whoever supervises a call may do with it. Every act is told to the call's observers, with who did it and without a word.

export type SupervisorAct = 'hung_up' | 'whispered' | 'took_over' | 'gave_back' | 'said';

/** `by`: the supervisor's user id. */
export interface Supervision {
  /** The call ends within a second, but for what has been begun and cannot be stopped. */
  hangUp(by: string): void;
}
