import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../../../test/support/database.js';
import type { CallRecordRow } from '../calls/call-record.port.js';
import { SqlCallStore } from '../calls/sql-call-store.js';
import type { Database } from '../database.js';
import { RELEASES, SqlRolloutJournal } from '../rollout/sql-rollout-journal.js';
import { SqlReleaseBook } from './sql-release-book.js';

describe('the book of agents’ versions', () => {
  let database: Database;
  let book: SqlReleaseBook;
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    book = new SqlReleaseBook(database);
  }, 180_000);
  afterAll(() => database.close());

  it('numbers versions, the same content once, and changes none', async () => {
    const published = await Promise.all(
      ['a', 'b', 'a', 'c'].map((hash) => book.publish('julia', hash, `${hash}: 1`, 'ann')),
    );
    expect(new Set(published)).toEqual(new Set([1, 2, 3]));
    expect(published[0]).toBe(published[2]);
    expect(await book.publish('max', 'a', 'a: 1', 'bob')).toBe(1);
    expect((await book.versions('julia')).map(({ number }) => number)).toEqual([3, 2, 1]);
    const number = published[1] ?? 0;
    expect(await book.version('julia', number)).toEqual({ number, version: 'b', content: 'b: 1' });
    expect(await book.version('julia', 9)).toBeUndefined();
    await expect(database.prisma.agentVersion.updateMany({ data: { content: 'other' } })).rejects.toThrow(
      /never changed/,
    );
  });

  it('has the newest twenty at hand, and those in use', async () => {
    for (let n = 1; n <= 25; n += 1) await book.publish('many', `v${n}`, `n: ${n}`, 'ann');
    const step = { at: '', baseline: 2, canary: 4, share: 10, why: '', by: 'ann' };
    await new SqlRolloutJournal(database, RELEASES).move('many', 0, { baseline: 2, canary: 4 }, step);
    const usable = (await book.usable('many')).map(({ number }) => number).toSorted((a, b) => a - b);
    expect(usable).toEqual([2, 4, ...Array.from({ length: 20 }, (_, n) => n + 6)]);
  });

  it('sums what the calls of each version came to that began since then and are over', async () => {
    const store = new SqlCallStore(database);
    const at = (minute: number) => `2026-11-30T10:${String(minute).padStart(2, '0')}:00.000Z`;
    const call = async (agentVersion: string, status: 'completed' | 'failed' | undefined, minute = 10) => {
      const base = { callSid: randomUUID(), at: at(minute) };
      const id = () => randomUUID();
      const rows: CallRecordRow[] = [
        { ...base, type: 'opened', direction: 'inbound', channel: 'web', agent: 'eva', agentVersion },
        { ...base, type: 'status', id: id(), status: 'in_progress' },
        { ...base, type: 'usage', id: id(), usage: { turns: 4 }, cost: { USD: 0.5 } },
        { ...base, type: 'event', id: id(), kind: 'turn.false_cut_off', turnId: 't' },
        { ...base, type: 'event', id: id(), kind: 'turn.ended', turnId: 't' },
        ...(status === undefined ? [] : [{ ...base, at: at(minute + 1), type: 'status', id: id(), status } as const]),
      ];
      await store.write(rows);
    };
    await call('one', 'completed');
    await call('one', 'failed');
    await call('two', 'completed');
    await call('two', undefined);
    await call('one', 'failed', 1);
    const seen = await book.performance('eva', new Date(at(5)));
    expect(seen.toSorted((a, b) => a.version.localeCompare(b.version))).toEqual([
      { version: 'one', calls: 2, failed: 1, turns: 8, falseCutOffs: 2, cost: { USD: 1 } },
      { version: 'two', calls: 1, failed: 0, turns: 4, falseCutOffs: 1, cost: { USD: 0.5 } },
    ]);
    expect(await book.performance('nobody', new Date(at(5)))).toEqual([]);
  });
});
