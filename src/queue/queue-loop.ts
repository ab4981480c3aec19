// Works through a durable queue: rows that a worker claims under a lease, does, and settles. The rows decide; looking too
// often, or from several processes, changes nothing.
import { PeriodicTask } from './periodic-task.js';

export interface QueueLoopOptions {
  /**
   * Takes one row that is due for this lane (0 to `lanes` - 1), and does it; false when none was. Rejects when the queue cannot
   * be read.
   */
  readonly next: (lane: number) => Promise<boolean>;
  /** Between two looks at the queue, ms. */
  readonly pollMs: number;
  /** Rows that one process works on at the same time. */
  readonly lanes: number;
  /** The queue cannot be read: told once, until it can be again. */
  readonly onAway: (why: string) => void;
}

/**
 * Looks at the queue every so often, at once when told to, and works until nothing is due. Each lane looks by itself: a row that
 * takes long keeps one of them, and no other.
 */
export class QueueLoop {
  private readonly lanes: readonly PeriodicTask[];
  private away = false;

  constructor({ next, pollMs, lanes, onAway }: QueueLoopOptions) {
    this.lanes = Array.from({ length: lanes }, (_, lane) => {
      const task = new PeriodicTask({
        go: async () => {
          while (!task.isClosed && (await next(lane)));
          this.away = false;
        },
        everyMs: pollMs,
        onFailed: (error) => {
          if (!this.away) onAway(error instanceof Error ? error.message : String(error));
          this.away = true;
        },
      });
      return task;
    });
  }

  /** The first look comes in so many ms. */
  start(firstMs?: number): void {
    for (const lane of this.lanes) lane.start(firstMs);
  }

  /** Something is due now. */
  look(): void {
    for (const lane of this.lanes) lane.run();
  }

  /** Takes no more rows; resolves when what is being done is settled. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }
}
