// Named timers of one call that can be made to rest together: what is left of each stands still meanwhile.
import type { Clock } from './clock.port.js';

export class Timers<Name extends string> {
  private readonly waiting = new Map<Name, { readonly dueAt: number; readonly cancel: () => void }>();
  /** What is left of each while they rest, ms; undefined while they run. */
  private rest: Map<Name, number> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly fired: (name: Name) => void,
  ) {}

  /** Fires once after `ms`, in place of an earlier one of this name; while they rest, it waits with the others. */
  set(name: Name, ms: number): void {
    if (this.rest !== undefined) {
      this.rest.set(name, ms);
      return;
    }
    this.waiting.get(name)?.cancel();
    const cancel = this.clock.after(ms, () => {
      this.waiting.delete(name);
      this.fired(name);
    });
    this.waiting.set(name, { dueAt: this.clock.now() + ms, cancel });
  }

  clear(name: Name): void {
    this.rest?.delete(name);
    this.waiting.get(name)?.cancel();
    this.waiting.delete(name);
  }

  clearAll(): void {
    for (const { cancel } of this.waiting.values()) cancel();
    this.waiting.clear();
    this.rest?.clear();
  }

  /** Idempotent. */
  hold(): void {
    if (this.rest !== undefined) return;
    const rest = this.left();
    this.clearAll();
    this.rest = rest;
  }

  /** They go on, each for at least `atLeastMs` from now. Does nothing when they do not rest. */
  release(atLeastMs = 0): void {
    const { rest } = this;
    this.rest = undefined;
    for (const [name, ms] of rest ?? []) this.set(name, Math.max(ms, atLeastMs));
  }

  /** What is left of each that is set, ms. */
  left(): Map<Name, number> {
    const now = this.clock.now();
    return new Map(
      this.rest ?? [...this.waiting].map(([name, { dueAt }]) => [name, Math.max(0, dueAt - now)] as const),
    );
  }
}
