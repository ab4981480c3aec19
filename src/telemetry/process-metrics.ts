import { getHeapStatistics } from 'node:v8';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { LoopMeter } from '../eventloop/loop-meter.js';
import type { ServerVersion } from '../config/server-version.js';

/** The version, as an info metric: its value is always 1. */
export function tellVersion(
  registry: Registry,
  { number, commit = '' }: Pick<ServerVersion, 'number' | 'commit'>,
): void {
  new Gauge({
    name: 'parley_build_info',
    help: 'Version of the server and the commit it was built from; always 1',
    labelNames: ['version', 'commit'],
    registers: [registry],
  }).set({ version: number, commit }, 1);
}

/**
 * CPU, memory and event loop of this process. Not prom-client's default metrics: their garbage collection observer alone
 * costs some 2 % of a process that does nothing but move audio frames.
 */
export function watchProcess(registry: Registry, meter: LoopMeter): void {
  const lag = meter.window();
  registry.registerMetric(
    new Gauge({
      name: 'nodejs_eventloop_lag_seconds',
      help: 'How late the event loop was since the last scrape, by quantile; 1 is the worst',
      labelNames: ['quantile'],
      registers: [],
      collect() {
        for (const quantile of [0.5, 0.99, 1]) {
          this.set({ quantile: String(quantile) }, lag.quantileMs(quantile) / 1000);
        }
        lag.reset();
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_cpu_seconds_total',
      help: 'CPU time used',
      labelNames: ['mode'],
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.set({ mode: 'user' }, user / 1e6);
        this.set({ mode: 'system' }, system / 1e6);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_memory_bytes',
      help: 'Memory in use, by kind',
      labelNames: ['kind'],
      registers: [],
      collect() {
        const { rss, heapUsed, external } = process.memoryUsage();
        this.set({ kind: 'resident' }, rss);
        this.set({ kind: 'heap' }, heapUsed);
        this.set({ kind: 'external' }, external);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_memory_limit_bytes',
      help: 'Most memory that the process may use, by kind: its heap, and what its container leaves it',
      labelNames: ['kind'],
      registers: [],
      collect() {
        this.set({ kind: 'heap' }, getHeapStatistics().heap_size_limit);
        const constrained = process.constrainedMemory();
        if (constrained > 0 && constrained < Number.MAX_SAFE_INTEGER) this.set({ kind: 'container' }, constrained);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_start_time_seconds',
      help: 'When the process started, Unix time',
      registers: [],
      collect() {
        this.set(Date.now() / 1000 - process.uptime());
      },
    }),
  );
}
