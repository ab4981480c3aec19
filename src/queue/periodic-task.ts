export interface PeriodicTaskOptions {
  /** One round. */
  readonly go: () => Promise<void>;
  /** From the end of one round to the next, ms. */
  readonly everyMs: number;
  /** A round failed: told once, until one ends well again. */
  readonly onFailed: (error: unknown) => void;
}

/** Does something every so often, one round at a time, until closed. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** The round after the one under way comes at once. */
  private wanted = false;
  private closed = false;
  private failed = false;

  constructor(private readonly options: PeriodicTaskOptions) {}

  /** What a round of many steps asks between two of them. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** The first round comes in so many ms. */
  start(afterMs = this.options.everyMs): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), afterMs).unref();
  }

  /** A whole round from now on: at once, or right after the one that is under way. */
  run(): void {
    if (this.closed) return;
    if (this.running !== undefined) {
      this.wanted = true;
      return;
    }
    clearTimeout(this.timer);
    this.wanted = false;
    this.running = this.round().finally(() => {
      this.running = undefined;
      this.start(this.wanted ? 0 : undefined);
    });
  }

  /** Resolves when the round that is under way has ended. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Never rejects. */
  private async round(): Promise<void> {
    try {
      await this.options.go();
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.options.onFailed(error);
      this.failed = true;
    }
  }
}
