export interface RoundsOptions {
  /** One round. */
  readonly go: () => Promise<void>;
  /** From the end of one round to the next, ms. */
  readonly everyMs: number;
  /** A round failed: told once, until one ends well again. */
  readonly onFailed: (error: unknown) => void;
}

/** Does something every so often, one round at a time, until closed. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private closed = false;
  private failed = false;

  constructor(private readonly options: RoundsOptions) {}

  /** What a round of many steps asks between two of them. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** The first round comes in so many ms. */
  start(firstMs = this.options.everyMs): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => {
        this.running = undefined;
        this.start();
      });
    }, firstMs).unref();
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
