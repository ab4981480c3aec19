export interface Backoff {
  /** Before the second try, ms. */
  readonly firstMs: number;
  /** How many times as long each further wait is. */
  readonly factor: number;
  readonly longestMs: number;
}

/** The wait after so many tries, ms. */
export const backoffMs = (tries: number, { firstMs, factor, longestMs }: Backoff): number =>
  Math.min(longestMs, firstMs * factor ** Math.min(Math.max(tries - 1, 0), 50));

/** A quarter more or less, so that whoever is back does not meet all that waited at once. */
export const varied = (ms: number): number => Math.round(ms * (0.75 + Math.random() / 2));
