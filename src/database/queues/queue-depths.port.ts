/** What waits in a queue that lives in a table. */
export interface QueueDepth {
  /** `mail`, `webhooks`, `summaries`. */
  readonly queue: string;
  /** Rows that are not over, up to 100,000. */
  readonly waiting: number;
  /** For how long the oldest has been due that nobody has taken, ms; 0 when none is. */
  readonly lateMs: number;
}

export interface QueueDepths {
  /** Rejects with DataError. */
  read(signal?: AbortSignal): Promise<readonly QueueDepth[]>;
}

/** Nest injection token of the QueueDepths. */
export const QUEUE_DEPTHS = Symbol('QueueDepths');
