import type { Clock } from '../../src/conversation/clock.port.js';

/** Time that stands still until a test moves it. Timers fire in order of their moment. */
export class ManualClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ at: number; action: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), action };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Timers that have not fired. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Lets promises run, then moves on by `ms`, firing what falls due; lets promises run after each. */
  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.action();
      await settle();
    }
    this.time = end;
    await settle();
  }

  /** Moves on by `ms` in one piece, as for a machine that slept: what fell due meanwhile fires once, late. */
  async sleep(ms: number): Promise<void> {
    await settle();
    this.time += ms;
    await this.advance(0);
  }
}

/** Lets every promise that can run, run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
