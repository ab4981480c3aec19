// Works through durable queues: rows that a worker claims under a lease, does, and settles. The rows decide; looking too
// often, or from several processes, changes nothing.
import { PeriodicTask } from './periodic-task.js';

export interface QueueLoopOptions {
  /**
   * Takes one row of this queue (its index in `lanes`) that is due, calls `taken`, and does it; false when none was due. Rejects
   * when the queue cannot be read.
   */
  readonly next: (queue: number, taken: () => void) => Promise<boolean>;
  /** Between two looks at a queue, ms. */
  readonly pollMs: number;
  /** For each queue, how many of its rows one process works on at the same time. */
  readonly lanes: readonly number[];
  /** A queue cannot be read: told once, until it can be again. */
  readonly onAway: (why: string) => void;
}

interface Lane {
  readonly task: PeriodicTask;
  /** It has taken a row that it has not done yet. */
  isBusy: boolean;
}

/**
 * Looks at its queues every so often, at once when told to, and works until nothing is due. A row that takes long keeps one lane
 * and no other: each lane that takes a row has the next one look. So a queue with nothing due is asked by one lane alone.
 */
export class QueueLoop {
  private readonly lanes: readonly Lane[];
  private away = false;

  constructor(private readonly options: QueueLoopOptions) {
    this.lanes = options.lanes.flatMap((count, queue) => this.lanesOf(queue, count));
  }

  /** The first look comes in so many ms. */
  start(firstMs?: number): void {
    for (const { task } of this.lanes) task.start(firstMs);
  }

  /** Something is due now. */
  look(): void {
    for (const { task } of this.lanes) task.run();
  }

  /** Takes no more rows; resolves when what is being done is settled. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map(({ task }) => task.close()));
  }

  private lanesOf(queue: number, count: number): Lane[] {
    const lanes: Lane[] = [];
    const isNeeded = (at: number): boolean => at === 0 || lanes[at - 1]?.isBusy === true;
    for (let at = 0; at < count; at += 1) {
      const lane: Lane = {
        isBusy: false,
        task: new PeriodicTask({
          go: async () => {
            while (!lane.task.isClosed && isNeeded(at) && (await this.one(queue, lane, lanes[at + 1])));
          },
          everyMs: this.options.pollMs,
          onFailed: (error) => {
            if (!this.away) this.options.onAway(error instanceof Error ? error.message : String(error));
            this.away = true;
          },
        }),
      };
      lanes.push(lane);
    }
    return lanes;
  }

  /** False when nothing is due. */
  private async one(queue: number, lane: Lane, following: Lane | undefined): Promise<boolean> {
    try {
      const wasDue = await this.options.next(queue, () => {
        lane.isBusy = true;
        following?.task.run();
      });
      this.away = false;
      return wasDue;
    } finally {
      lane.isBusy = false;
    }
  }
}
