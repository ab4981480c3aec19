// How callers are shared out between providers, as an operator says it.

/** A part of the callers, and who serves them. */
export interface RolloutEntry {
  /** First to last, as in STREAM_STT_PROVIDER. The first is who is being tried; no two entries begin with the same. */
  readonly providers: readonly [string, ...string[]];
  /** Percent, 0 to 100, at most two decimals. */
  readonly share: number;
}

/** What is shared out, and who takes over for an entry that is held back. */
export interface RolloutShares {
  readonly entries: readonly RolloutEntry[];
  /** First provider of the entry that takes over; one of `entries`. */
  readonly baseline: string;
}
