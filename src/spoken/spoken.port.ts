// Numbers, days, addresses, money and small talk as people say them: read from words, and said. Pure, and no business's own.

/**
 * Cues that count once together. In a cue, `|` separates alternatives for one word, a trailing `*` stands for any ending, a
 * leading `!` for any word but these, `^` for the beginning of what was said and `$` for its end; `#name` is a detail that
 * was understood.
 */
export type CueRow = readonly [weight: number, ...cues: string[]];

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
