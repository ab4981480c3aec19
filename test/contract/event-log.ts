// Collects the events of one stream for the contract suites and lets a test wait for what it expects, with a deadline.

/** How long a contract test waits for an event before it fails, ms. */
export const EVENT_DEADLINE_MS = 15_000;

interface Waiter<E> {
  readonly matches: (events: readonly E[]) => boolean;
  readonly resolve: () => void;
}

export class EventLog<E extends { readonly type: string }> {
  readonly events: E[] = [];
  /** Broken rules, in words; a test ends with `expect(log.violations).toEqual([])`. */
  readonly violations: string[] = [];
  private waiters: Waiter<E>[] = [];
  private opened = false;
  private silenced = false;

  constructor(private readonly lastTypes: readonly E['type'][]) {}

  readonly listener = (event: E): void => {
    if (!this.opened) this.violations.push(`${event.type} came before open() returned`);
    if (this.silenced) this.violations.push(`${event.type} came after abort()`);
    const last = this.events.at(-1);
    if (last !== undefined && this.lastTypes.includes(last.type)) {
      this.violations.push(`${event.type} came after ${last.type}, which is the last event of a stream`);
    }
    this.events.push(event);
    const ready = this.waiters.filter((waiter) => waiter.matches(this.events));
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  };

  /** Call right after `open()` has returned. */
  markOpened(): void {
    this.opened = true;
  }

  /** Call right after `abort()`: every later event is a violation. */
  markAborted(): void {
    this.silenced = true;
  }

  /** Resolves when the events so far satisfy `matches`; rejects after the deadline with the events seen. */
  until(what: string, matches: (events: readonly E[]) => boolean, deadlineMs = EVENT_DEADLINE_MS): Promise<void> {
    if (matches(this.events)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = this.events.map((event) => event.type).join(', ');
        reject(new Error(`no ${what} within ${deadlineMs} ms; events so far: ${seen === '' ? 'none' : seen}`));
      }, deadlineMs);
      this.waiters.push({
        matches,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  /** Resolves at the first event of this type (or the `count`-th). */
  untilType(type: E['type'], count = 1): Promise<void> {
    return this.until(type, (events) => events.filter((event) => event.type === type).length >= count);
  }

  of<T extends E['type']>(type: T): Extract<E, { readonly type: T }>[] {
    return this.events.filter((event): event is Extract<E, { readonly type: T }> => event.type === type);
  }
}

/** Lets timers, sockets and child processes that are still at work deliver what they have, ms of quiet. */
export function settle(ms = 150): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
