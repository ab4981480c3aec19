// A deadline that moves: one timer for a stream's whole life, however many messages restart it.

export class Watchdog {
  private timer: NodeJS.Timeout | undefined;

  /** @param onExpired called once, when a wait took longer than it may; then the watchdog sleeps until `expect`. */
  constructor(private readonly onExpired: (what: string, ms: number) => void) {}

  /** Starts a wait for `what`, at most `ms` milliseconds, instead of the one before. */
  expect(what: string, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.onExpired(what, ms);
    }, ms);
  }

  /** Gives the current wait its whole time again. */
  touch(): void {
    this.timer?.refresh();
  }

  /** Nothing is waited for. Idempotent. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
