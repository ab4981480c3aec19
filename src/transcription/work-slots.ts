import { TranscriptionError } from './transcription-error.js';

export interface WorkLimits {
  /** At once. */
  readonly concurrent: number;
  /** How many may wait; whoever comes after them is refused at once. */
  readonly waiting: number;
  /** How long one may wait, ms. */
  readonly maxWaitMs: number;
}

interface Waiter {
  readonly admit: () => void;
}

/** A bound on work at once, with a short queue: first come, first served, and a refusal rather than a long wait. */
export class WorkSlots {
  private running = 0;
  private readonly queue = new Set<Waiter>();

  constructor(private readonly limits: WorkLimits) {}

  get active(): number {
    return this.running;
  }

  get queued(): number {
    return this.queue.size;
  }

  /** Does `work` when there is room. Rejects with TranscriptionError `busy`, or the signal's reason, before it begins. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.enter(signal);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.running < this.limits.concurrent) {
      this.running += 1;
      return;
    }
    if (this.queue.size >= this.limits.waiting) throw this.busy();
    await this.wait(signal);
  }

  /** Resolves with the place of one that has left. */
  private async wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { admit: resolve };
    // Out of the queue in the same breath, or a place could be given to one that has gone.
    const giveUp = (reason: Error): void => {
      this.queue.delete(waiter);
      reject(reason);
    };
    const timer = setTimeout(() => giveUp(this.busy()), this.limits.maxWaitMs);
    const onAbort = (): void => giveUp(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    this.queue.add(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private leave(): void {
    const [next] = this.queue;
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    // Its place is given away before anybody else can take it.
    this.queue.delete(next);
    next.admit();
  }

  private busy(): TranscriptionError {
    const { maxWaitMs } = this.limits;
    return new TranscriptionError('busy', 'The server is busy; try again.', Math.max(1, Math.ceil(maxWaitMs / 1000)));
  }
}
