/**
 * A token bucket without a clock of its own: `take` is a subtraction, and the shared tick pours in what time has earned.
 */
export class Allowance {
  private left: number;
  private filledAt: number;

  /** `capacity` may be spent at once; `perMs` comes back. `now` is monotonic, ms. */
  constructor(
    private readonly capacity: number,
    private readonly perMs: number,
    now: number,
  ) {
    this.left = capacity;
    this.filledAt = now;
  }

  /** Spends, even what is not there; false when it was not: before a verdict on that, refill. */
  take(amount: number): boolean {
    this.left -= amount;
    return this.left >= 0;
  }

  /**
   * Pours in what has been earned since the last time, and tells whether nothing is owed. What is left over from before is
   * cut to the capacity; what was earned since counts in full, because after a pause of the process all that was sent
   * in it comes at once.
   */
  refill(now: number): boolean {
    // Whole units only: small integers cost less than fractions, and the rest is earned by the next time.
    const earned = Math.floor((now - this.filledAt) * this.perMs);
    this.left = Math.min(this.capacity, this.left) + earned;
    this.filledAt += earned / this.perMs;
    return this.left >= 0;
  }
}
