/**
 * Deepgram refuses more than 20 Flush messages in 60 s of one connection
 * (developers.deepgram.com/docs/tts-ws-flush). Counts them in a sliding window.
 */
export class FlushBudget {
  private readonly spentAt: number[] = [];

  constructor(
    private readonly limit = 20,
    private readonly windowMs = 60_000,
  ) {}

  /** How many may be sent now. `now` in ms of a clock that never goes back. */
  spare(now: number): number {
    while (this.spentAt.length > 0 && (this.spentAt[0] ?? 0) <= now - this.windowMs) this.spentAt.shift();
    return this.limit - this.spentAt.length;
  }

  spend(now: number): void {
    this.spentAt.push(now);
  }

  /** Until one more may be sent, ms; 0 when one may be now. */
  waitMs(now: number): number {
    return this.spare(now) > 0 ? 0 : (this.spentAt[0] ?? now) + this.windowMs - now;
  }
}
