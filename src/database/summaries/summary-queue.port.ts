// Calls that are over, on their way to a summary. Rows are made by the database itself, in the transaction that ends a call.

/** A call that this worker has, until its lease is over. */
export interface ClaimedSummary {
  readonly callSid: string;
  /** With this one. */
  readonly attempts: number;
}

/** Fields that an agent's file asks for, by name; null for what the call does not tell. */
export type Outcome = Readonly<Record<string, string | number | boolean | null>>;

export interface ReadySummary {
  readonly status: 'ready';
  /** At most 4000 characters. */
  readonly text: string;
  /** Null where the agent's file asks for none. */
  readonly outcome: Outcome | null;
  readonly madeBy: 'model' | 'rules';
  /** Name of the model. */
  readonly model?: string;
  /** Why rules have made it: a word. */
  readonly reason?: string;
}

export type SummaryResult =
  | ReadySummary
  | { readonly status: 'queued'; readonly reason: string; readonly waitMs: number }
  | { readonly status: 'failed'; readonly reason: string };

/** Every method throws a DataError and nothing else. */
export interface SummaryQueue {
  /** The one that has been due for longest, or whose worker is gone. */
  claim(lease: string, leaseMs: number): Promise<ClaimedSummary | undefined>;
  /** False when the lease has gone to somebody else, something was said or done since, or the call is erased. */
  settle(callSid: string, lease: string, result: SummaryResult): Promise<boolean>;
}
