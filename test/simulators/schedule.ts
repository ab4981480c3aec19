// Delays of the simulators: fixed, or with jitter, but never so that a later message overtakes an earlier one.

/** A wait of `ms` milliseconds, plus up to `jitterMs` more at random. */
export interface Delay {
  readonly ms: number;
  readonly jitterMs?: number;
}

export const drawMs = (delay: Delay | undefined): number =>
  delay === undefined ? 0 : delay.ms + Math.random() * (delay.jitterMs ?? 0);

/** Runs actions in the order in which they were given, each after its own delay; at once when there is none. */
export class Schedule {
  private readonly queue: { readonly dueAt: number; readonly action: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;

  run(delayMs: number, action: () => void): void {
    if (delayMs <= 0 && this.queue.length === 0) return action();
    const dueAt = performance.now() + delayMs;
    this.queue.push({ dueAt: Math.max(dueAt, this.queue.at(-1)?.dueAt ?? 0), action });
    if (this.queue.length === 1) this.wait();
  }

  /** Forgets what has not run yet. */
  clear(): void {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }

  private wait(): void {
    const next = this.queue[0];
    if (next === undefined) return;
    this.timer = setTimeout(
      () => {
        this.runDue();
      },
      Math.max(0, next.dueAt - performance.now()),
    );
  }

  private runDue(): void {
    // Timers may fire up to a millisecond early.
    const now = performance.now() + 1;
    for (let next = this.queue[0]; next !== undefined && next.dueAt <= now; next = this.queue[0]) {
      // Kept in the queue while it runs, so that what it schedules comes after it.
      next.action();
      if (this.queue[0] === next) this.queue.shift();
    }
    this.wait();
  }
}
