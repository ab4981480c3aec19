import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CallRecorderStats } from '../calls/records/call-recorder.js';

/** Whether the records of calls reach the database: what waits, what has arrived, what was lost. */
export function watchRecords(registry: Registry, recorder: { readonly stats: CallRecorderStats }): void {
  registry.registerMetric(
    new Gauge({
      name: 'parley_records_waiting_bytes',
      help: 'Call records that wait on disk for the database, bytes',
      registers: [],
      collect() {
        this.set(recorder.stats.waitingBytes);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'parley_records_total',
      help: 'Rows of call records since the start: stored, dropped at a bound, refused by the database',
      labelNames: ['outcome'],
      registers: [],
      collect() {
        const { stored, dropped, refused } = recorder.stats;
        this.set({ outcome: 'stored' }, stored);
        this.set({ outcome: 'dropped' }, dropped);
        this.set({ outcome: 'refused' }, refused);
      },
    }),
  );
}
