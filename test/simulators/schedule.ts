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
  private readonly timers = new Set<NodeJS.Timeout>();
  private lastAt = 0;

  run(delayMs: number, action: () => void): void {
    if (delayMs <= 0 && this.timers.size === 0) return action();
    const now = performance.now();
    this.lastAt = Math.max(this.lastAt, now + delayMs);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, this.lastAt - now);
    this.timers.add(timer);
  }

  /** Forgets what has not run yet. */
  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
