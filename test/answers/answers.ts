/** One question of the agent and what callers say to it: what is a clear yes, and what is anything else. */
export interface Answers {
  readonly question: string;
  readonly yes: readonly string[];
  readonly other: readonly string[];
  /** Agree, and are not understood: the question comes again. */
  readonly missed?: readonly string[];
}
