import { openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import { SqlTotalsBook } from './sql-totals-book.js';

describe('what calls come to', () => {
  let database: Database;
  let book: SqlTotalsBook;
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    book = new SqlTotalsBook(database);
    const call = (callSid: string, startedAt: string, more: object) =>
      database.prisma.call.create({
        data: { callSid, startedAt: new Date(startedAt), agent: 'julia', status: 'created', ...more },
      });
    await call('before', '2026-11-29T23:59:59Z', { ownerId: 'ann', cost: { USD: 5 } });
    await call('a', '2026-11-30T00:00:00Z', {
      ownerId: 'ann',
      cost: { USD: 0.25, EUR: 1 },
      usage: { inputTokens: 10, characters: 5 },
      durationMs: 60_000,
    });
    await call('b', '2026-11-30T10:00:00Z', { ownerId: 'ann', cost: { USD: 0.5 }, usage: { inputTokens: 7 } });
    await call('c', '2026-11-30T11:00:00Z', { ownerId: 'bob', agent: 'max', durationMs: 3_000 });
    // What somebody else has written there breaks no sum.
    await call('d', '2026-11-30T12:00:00Z', { cost: ['x'], usage: { inputTokens: 'many' } });
    await call('e', '2026-11-30T13:00:00Z', { ownerId: 'ann', cost: { USD: 'free' } });
    await call('after', '2026-12-01T00:00:00Z', { ownerId: 'bob', cost: { USD: 9 } });
  }, 180_000);
  afterAll(() => database.close());

  const DAY = [new Date('2026-11-30T00:00:00Z'), new Date('2026-12-01T00:00:00Z')] as const;

  it('is summed over a day, by status, agent and user', async () => {
    expect(await book.totals(...DAY, 10)).toEqual({
      calls: 5,
      durationMs: 63_000,
      statuses: { created: 5 },
      usage: { inputTokens: 17, characters: 5 },
      cost: { USD: 0.75, EUR: 1 },
      agents: [
        { agent: 'julia', calls: 4, durationMs: 60_000, cost: { USD: 0.75, EUR: 1 } },
        { agent: 'max', calls: 1, durationMs: 3_000, cost: {} },
      ],
      users: [
        { user: 'ann', calls: 3, durationMs: 60_000, cost: { USD: 0.75, EUR: 1 } },
        { user: 'bob', calls: 1, durationMs: 3_000, cost: {} },
      ],
    });
    expect((await book.totals(...DAY, 1)).users).toMatchObject([{ user: 'ann' }]);
    expect(await book.totals(new Date('2020-01-01'), new Date('2020-01-02'), 10)).toEqual({
      calls: 0,
      durationMs: 0,
      statuses: {},
      usage: {},
      cost: {},
      agents: [],
      users: [],
    });
  });

  it('is what a user has spent since then, in one currency', async () => {
    expect(await book.spentBy('ann', DAY[0], 'USD')).toBe(0.75);
    expect(await book.spentBy('ann', DAY[0], 'EUR')).toBe(1);
    expect(await book.spentBy('bob', DAY[0], 'USD')).toBe(9);
    expect(await book.spentBy('carl', DAY[0], 'USD')).toBe(0);
  });
});
