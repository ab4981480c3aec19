// How far rollouts have come, for all workers: the state of each, and the steps that led there. What a state holds is the
// business of whoever follows it.

/** A change of a rollout by a plan, as it is kept, shown and told. */
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

/** A change of an agent's release, as it is kept, shown and told. */
export interface ReleaseStep {
  /** ISO 8601. */
  readonly at: string;
  /** Number of a version; 0 is the file. */
  readonly baseline: number;
  readonly canary: number | null;
  /** Percent of the callers that the canary gets. */
  readonly share: number;
  /** A sentence. */
  readonly why: string;
  readonly by: string;
}

export interface JournalRow<Step> {
  /** What is rolled out: `stt`, `llm`, `tts` or `agent:NAME` by a plan; an agent's name with releases. */
  readonly name: string;
  /** Grows with every change. */
  readonly revision: number;
  /** JSON. */
  readonly state: unknown;
  /** The last 100, the newest last. */
  readonly history: readonly Step[];
}

/** Every method throws a DataError and nothing else. */
export interface RolloutJournal<Step> {
  list(): Promise<readonly JournalRow<Step>[]>;
  /**
   * Writes a state, the step to it, and what webhooks tell of it, where it still is as it was seen: `revision` of that, 0 where
   * there was none. The new revision; undefined when somebody else was faster, and nothing is written.
   */
  move(name: string, revision: number, state: object, step: Step): Promise<number | undefined>;
}

/** Nest injection token of the RolloutJournal<PlanStep>. */
export const PLAN_JOURNAL = Symbol('PlanJournal');
/** Nest injection token of the RolloutJournal<ReleaseStep>. */
export const RELEASE_JOURNAL = Symbol('ReleaseJournal');
