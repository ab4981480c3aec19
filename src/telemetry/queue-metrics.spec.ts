import { Registry } from 'prom-client';
import { DataError } from '../database/data.port.js';
import type { QueueDepth, QueueDepths } from '../database/queues/queue-depths.port.js';
import { watchQueues } from './queue-metrics.js';

describe('the metrics of queues', () => {
  const scrape = async (read: QueueDepths['read']) => {
    const registry = new Registry();
    watchQueues(registry, { read });
    const text = await registry.metrics();
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  };

  it('ask the database once for a scrape', async () => {
    let asked = 0;
    const depth: QueueDepth = { queue: 'mail', waiting: 3, lateMs: 1500 };
    const lines = await scrape(async () => {
      asked += 1;
      return [depth];
    });
    expect(lines).toEqual(['parley_queue_waiting{queue="mail"} 3', 'parley_queue_late_seconds{queue="mail"} 1.5']);
    expect(asked).toBe(1);
  });

  it('are left out while the database is away, or too slow', async () => {
    expect(await scrape(() => Promise.reject(new DataError('unavailable', 'The database is away.')))).toEqual([]);
    const hanging: QueueDepths['read'] = (signal) =>
      new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new DataError('timeout', 'Too slow.'))),
      );
    expect(await scrape(hanging)).toEqual([]);
  });
});
