import type { CallStore } from '../../database/calls/call-store.port.js';
import { textOf } from '../../database/error-code.js';
import { PeriodicTask } from '../../queue/periodic-task.js';

export interface CallRetentionOptions {
  /** How long calls are kept, days; 0: for ever. */
  readonly days: number;
  /** How often old ones are looked for, ms. */
  readonly everyMs?: number;
  /** The first time, ms: servers that start together do not all look at once. */
  readonly firstMs?: number;
  readonly log: { log(message: string): void; warn(message: string): void };
}

const DAY_MS = 86_400_000;
/** Calls in one statement: it locks them, and whatever writes to them waits. */
const BATCH = 200;

/** Erases calls that are older than they are to be kept, with all that hangs from them. Any number of servers may do it. */
export class CallRetention {
  private readonly rounds: PeriodicTask;

  constructor(
    private readonly store: Pick<CallStore, 'expireCalls'>,
    private readonly options: CallRetentionOptions,
  ) {
    const { log, everyMs = 3_600_000 } = options;
    this.rounds = new PeriodicTask({
      go: () => this.sweep(),
      everyMs,
      onFailed: (error) =>
        log.warn(`Old calls were not erased; they are tried again (${textOf(error, 'message') ?? 'unknown'}).`),
    });
  }

  start(): void {
    const { days, firstMs = 60_000 * (1 + Math.random()) } = this.options;
    if (days > 0) this.rounds.start(firstMs);
  }

  close(): Promise<void> {
    return this.rounds.close();
  }

  private async sweep(): Promise<void> {
    const { days, log } = this.options;
    const before = new Date(Date.now() - days * DAY_MS);
    let erased = 0;
    try {
      for (let some = BATCH; some === BATCH && !this.rounds.isClosed; erased += some) {
        some = await this.store.expireCalls(before, BATCH);
      }
    } finally {
      if (erased > 0) log.log(`${erased} calls from before ${before.toISOString()} were erased.`);
    }
  }
}
