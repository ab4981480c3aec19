import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { QueueDepth, QueueDepths } from '../database/queues/queue-depths.port.js';

/** How long a scrape waits for the database, ms: it has more to tell than this. */
const READ_MS = 500;
/** Two gauges of one scrape read once, ms. */
const SAME_MS = 1000;

/** What waits in the queues of the database, asked when the metrics are; absent while the database is away. */
export function watchQueues(registry: Registry, depths: QueueDepths): void {
  let latest: { readonly at: number; readonly read: Promise<readonly QueueDepth[]> } | undefined;
  const read = (): Promise<readonly QueueDepth[]> => {
    const now = performance.now();
    if (latest === undefined || now - latest.at > SAME_MS) {
      latest = { at: now, read: depths.read(AbortSignal.timeout(READ_MS)).catch(() => []) };
    }
    return latest.read;
  };
  const gauge = (name: string, help: string, value: (depth: QueueDepth) => number): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['queue'],
        registers: [],
        async collect() {
          const all = await read();
          this.reset();
          for (const depth of all) this.set({ queue: depth.queue }, value(depth));
        },
      }),
    );
  };
  gauge('parley_queue_waiting', 'Rows of a queue in the database that are not over', ({ waiting }) => waiting);
  gauge(
    'parley_queue_late_seconds',
    'For how long the oldest row of a queue in the database has been due that nobody has taken',
    ({ lateMs }) => lateMs / 1000,
  );
}
