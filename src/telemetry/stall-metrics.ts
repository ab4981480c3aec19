import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { LoopMeter, Stall } from '../eventloop/loop-meter.js';

export interface StalledCalls {
  /** Calls of this process. */
  readonly size: number;
  /** Tells each of them. */
  stalled(stall: Stall): void;
}

/** Stalls of the event loop while there are calls that they hurt; at any other time they hurt nobody. */
export function watchStalls(
  registry: Registry,
  meter: LoopMeter,
  calls: StalledCalls,
  log: { warn(line: object): void },
): void {
  const stalls = new Histogram({
    name: 'parley_event_loop_stall_seconds',
    help: 'How late the event loop was, where that was more than 50 ms while calls went on, by cause (gc, code, host)',
    labelNames: ['cause'],
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  meter.mind(() => calls.size > 0);
  meter.onStall((stall) => {
    const { size } = calls;
    if (size === 0) return;
    const { ms, cause } = stall;
    stalls.observe({ cause }, ms / 1000);
    log.warn({ msg: 'event loop stalled', ms: Math.round(ms), cause, calls: size });
    calls.stalled(stall);
  });
}
