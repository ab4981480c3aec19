// How far rollouts have come that follow a plan, for all workers. What a run holds is the business of whoever follows it.

/** A change of a run, as it is kept, shown and told. */
export interface PlanStep {
  /** ISO 8601. */
  readonly at: string;
  readonly status: string;
  /** Percent of the callers that the canary is to serve from here on. */
  readonly share: number;
  /** A sentence. */
  readonly why: string;
  /** User id of who wanted it, or the process that has found it due. */
  readonly by: string;
  readonly plan: string;
  readonly canary: string;
  readonly baseline: string;
}

export interface PlanRow {
  /** What is rolled out: `stt`, `llm`, `tts`, or `agent:NAME`. */
  readonly target: string;
  /** Grows with every change. */
  readonly revision: number;
  /** JSON. */
  readonly run: unknown;
  /** The last 100, the newest last. */
  readonly history: readonly PlanStep[];
}

/** Every method throws a DataError and nothing else. */
export interface PlanBook {
  list(): Promise<readonly PlanRow[]>;
  /**
   * Writes a run, its step, and what webhooks tell of it, where it still is as it was seen: `revision` of that, 0 where there
   * was none. The new revision; undefined when somebody else was faster, and nothing is written.
   */
  move(target: string, revision: number, run: object, step: PlanStep): Promise<number | undefined>;
}

/** Nest injection token of the PlanBook. */
export const PLAN_BOOK = Symbol('PlanBook');
