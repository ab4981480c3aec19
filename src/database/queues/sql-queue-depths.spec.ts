import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../../../test/support/database.js';
import { SqlCallStore } from '../calls/sql-call-store.js';
import type { Database } from '../database.js';
import { SqlSummaryQueue } from '../summaries/sql-summary-queue.js';
import { SqlQueueDepths } from './sql-queue-depths.js';

describe('the depths of queues', () => {
  let database: Database;
  let depths: SqlQueueDepths;
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    depths = new SqlQueueDepths(database);
  }, 180_000);
  afterAll(() => database.close());

  const read = async () => Object.fromEntries((await depths.read()).map(({ queue, ...depth }) => [queue, depth]));

  it('are nothing where nothing waits', async () => {
    const none = { waiting: 0, lateMs: 0 };
    expect(await read()).toEqual({ mail: none, webhooks: none, summaries: none });
  });

  it('count what is not over, and say for how long the first has been due', async () => {
    const store = new SqlCallStore(database);
    const sids = [randomUUID(), randomUUID(), randomUUID()];
    for (const callSid of sids) {
      const base = { callSid, at: new Date().toISOString() };
      await store.write([
        { ...base, type: 'opened', direction: 'inbound', channel: 'web', agent: 'julia' },
        { ...base, type: 'status', id: randomUUID(), status: 'in_progress' },
        { ...base, type: 'status', id: randomUUID(), status: 'completed' },
      ]);
    }
    const due = (callSid: string | undefined, agoMs: number) =>
      database.prisma.callSummary.updateMany({
        where: { callSid: callSid ?? '' },
        data: { dueAt: new Date(Date.now() - agoMs) },
      });
    await due(sids[0], -60_000);
    await due(sids[1], 90_000);
    await due(sids[2], 120_000);
    const { summaries } = await read();
    expect(summaries?.waiting).toBe(3);
    expect(summaries?.lateMs).toBeGreaterThan(119_000);
    expect(summaries?.lateMs).toBeLessThan(150_000);
    // Whoever has taken one works on it: it waits, and is not late.
    await new SqlSummaryQueue(database).claim(randomUUID(), 60_000);
    const taken = (await read())['summaries'];
    expect(taken?.waiting).toBe(3);
    expect(taken?.lateMs).toBeLessThan(119_000);
  });
});
