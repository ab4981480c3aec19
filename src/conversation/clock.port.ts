// Time, as the conversation sees it: one place to replace it in tests.
export interface Clock {
  /** Monotonic, ms. */
  now(): number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}
