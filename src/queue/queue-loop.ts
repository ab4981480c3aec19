// Works through a durable queue: rows that a worker claims under a lease, does, and settles. The rows decide; looking too
// often, or from several processes, changes nothing.

export interface QueueLoopOptions {
  /** Takes one row that is due and does it; false when none was. Rejects when the queue cannot be read. */
  readonly next: () => Promise<boolean>;
  /** Between two looks at the queue, ms. */
  readonly pollMs: number;
  /** Rows that one process works on at the same time. */
  readonly lanes: number;
  /** The queue cannot be read: told once, until it can be again. */
  readonly onAway: (why: string) => void;
}

/** Looks at the queue every so often, at once when told to, and works until nothing is due. */
export class QueueLoop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Somebody asked for a look while one was under way. */
  private wanted = false;
  private closed = false;
  private away = false;

  constructor(private readonly options: QueueLoopOptions) {}

  /** The first look comes in so many ms. */
  start(firstMs = this.options.pollMs): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.look(), firstMs).unref();
  }

  /** Something is due now. */
  look(): void {
    if (this.closed) return;
    this.wanted = true;
    if (this.running !== undefined) return;
    this.running = this.readAll().finally(() => {
      this.running = undefined;
      this.start();
    });
  }

  /** Takes no more rows; resolves when what is being done is settled. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async readAll(): Promise<void> {
    while (this.wanted && !this.closed) {
      this.wanted = false;
      await Promise.all(Array.from({ length: this.options.lanes }, () => this.lane()));
    }
  }

  private async lane(): Promise<void> {
    const { next, onAway } = this.options;
    try {
      while (!this.closed && (await next()));
      this.away = false;
    } catch (error) {
      if (!this.away) onAway(error instanceof Error ? error.message : String(error));
      this.away = true;
    }
  }
}
