// Numbers, days, addresses and money as people say them: read from words, and said. Pure, and no business's own.

/** A value understood from words `start` (inclusive) to `end` (exclusive). */
export interface Slot<T> {
  readonly value: T;
  readonly start: number;
  readonly end: number;
}

export interface Day {
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  /** 1-31. */
  readonly day: number;
}
