/**
 * A token bucket without a clock of its own: `take` is a subtraction, and the shared tick pours in what time has earned.
 * Bytes of audio and numbers of control messages are both counted with it.
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

  /** Spends, even what is not there; false when it was not. */
  take(amount: number): boolean {
    this.left -= amount;
    return this.left >= 0;
  }

  refill(now: number): void {
    // Whole units only: small integers cost the hot path less than fractions, and the rest is earned by the next tick.
    const earned = Math.floor((now - this.filledAt) * this.perMs);
    this.left = Math.min(this.capacity, this.left + earned);
    this.filledAt += earned / this.perMs;
  }
}
