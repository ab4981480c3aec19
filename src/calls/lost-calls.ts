import type { Clock } from '../conversation/clock.port.js';
import type { CallObserver } from './call-observer.port.js';
import { describeFault } from './describe-fault.js';
import type { Lease, SessionStore } from './session-store.port.js';

export interface LostCallsDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly observers: readonly CallObserver[];
  readonly log: { warn(line: object): void; error(line: object): void };
}

/** How often it is looked for them, ms: a process that lives writes its calls more often. */
const SWEEP_MS = 5000;

/**
 * Ends calls whose process was killed and whose client never came back, so that their records have an end. Every process looks
 * for them; the store gives each to one.
 */
export class LostCalls {
  /** Overdue already when it was looked last. A store that was away makes living calls overdue, for a moment. */
  private suspects: ReadonlySet<string> = new Set();
  /** Told to observers, who may still be writing that down. */
  private told: Lease[] = [];
  private cancelTimer: (() => void) | undefined;
  private stopped = false;

  constructor(private readonly deps: LostCallsDeps) {}

  start(): void {
    void this.sweep();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
  }

  private async sweep(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.deps.log.error({ msg: 'lost calls were not looked for', ...describeFault(error) });
    }
    if (!this.stopped) this.cancelTimer = this.deps.clock.after(SWEEP_MS, () => void this.sweep());
  }

  private async look(): Promise<void> {
    const { store } = this.deps;
    await Promise.all(this.told.splice(0).map((lease) => store.remove(lease)));
    const overdue = await store.overdue();
    const lost = (overdue ?? []).filter((sessionId) => this.suspects.has(sessionId));
    this.suspects = new Set(overdue);
    for (const sessionId of lost) if (!this.stopped) await this.end(sessionId);
  }

  private async end(sessionId: string): Promise<void> {
    const { store, observers, log } = this.deps;
    const buried = await store.bury(sessionId);
    if (buried === undefined) return;
    log.warn({
      msg: 'a call was abandoned: its process is gone, and its client did not come back',
      callSid: sessionId,
    });
    for (const observer of observers) observer.abandoned?.(buried.call);
    this.told.push(buried.lease);
  }
}
