import { describeWith } from '../../test/support/needs.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { waitFor } from '../../test/support/wait-for.js';
import { connectRedis } from '../redis/connect-redis.js';
import { ImpatientRedis } from '../redis/impatient.js';
import { DailyBudgets, type DailyBudgetsOptions } from './daily-budgets.js';

const ann = { userId: 'ann', isPrivate: false };
const hidden = { userId: 'ann', isPrivate: true };
const PATIENCE_MS = 20_000;

function budgets(options: Partial<DailyBudgetsOptions> = {}) {
  const lines: object[] = [];
  const made = new DailyBudgets({
    limit: 10,
    warnPercent: 80,
    spentSince: async () => 0,
    log: { warn: (line) => lines.push(line) },
    ...options,
  });
  return { budgets: made, lines };
}

describe('a budget of a day', () => {
  it('warns once, then is spent, for one user and no other', async () => {
    const { budgets: day } = budgets();
    expect(await day.hasLeft(ann)).toBe(true);
    expect([7.9, 0.1, 0.5, 1.5, 1].map((amount) => day.spend(ann, amount))).toEqual([
      undefined,
      'low',
      undefined,
      'spent',
      'spent',
    ]);
    expect(await day.hasLeft(ann)).toBe(false);
    expect(await day.hasLeft({ userId: 'bob', isPrivate: false })).toBe(true);
  });

  it('begins anew at midnight, UTC', async () => {
    let now = Date.parse('2026-11-30T23:59:59Z');
    const asked: string[] = [];
    const { budgets: day } = budgets({
      now: () => now,
      spentSince: async (_user, since) => {
        asked.push(since.toISOString());
        return 0;
      },
    });
    await day.hasLeft(ann);
    expect(day.spend(ann, 10)).toBe('spent');
    now += 1000;
    expect(await day.hasLeft(ann)).toBe(true);
    expect(asked).toEqual(['2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z']);
  });

  it('begins with what the records say, asked once, and not for who wants nothing kept', async () => {
    let asks = 0;
    const spentSince = async () => {
      asks += 1;
      return 9.5;
    };
    const { budgets: day } = budgets({ spentSince });
    expect(await Promise.all([day.hasLeft(ann), day.hasLeft(ann)])).toEqual([true, true]);
    expect(day.spend(ann, 0.5)).toBe('spent');
    expect(asks).toBe(1);
    const other = budgets({ spentSince });
    expect(await other.budgets.hasLeft(hidden)).toBe(true);
    expect(asks).toBe(1);
  });

  it('asks the records for a user whose first call wanted nothing kept, and before a call that has come here costs anything', async () => {
    let asks = 0;
    const spentSince = async () => {
      asks += 1;
      return 9;
    };
    const mixed = budgets({ spentSince }).budgets;
    await mixed.hasLeft(hidden);
    expect(asks).toBe(0);
    await mixed.hasLeft(ann);
    expect([asks, mixed.spend(ann, 1)]).toEqual([1, 'spent']);
    const come = budgets({ spentSince }).budgets;
    come.spend(ann, 0.1);
    expect(asks).toBe(2);
    expect(await come.hasLeft(ann)).toBe(true);
    expect([asks, come.spend(ann, 0.9)]).toEqual([2, 'spent']);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('away')), 1],
    ['does not answer', () => new Promise<number>(() => undefined), 0],
  ])('counts from here on when the database %s', async (_what, spentSince, warnings) => {
    const { budgets: day, lines } = budgets({ spentSince });
    expect(await day.hasLeft(ann)).toBe(true);
    expect(lines).toHaveLength(warnings);
  });

  it('is not moved by what costs nothing, or is no amount', () => {
    const { budgets: day } = budgets();
    expect([0, -5, Number.NaN].map((amount) => day.spend(ann, amount))).toEqual([undefined, undefined, undefined]);
    expect(day.spend(ann, 10)).toBe('spent');
  });
});

describeWith(['redis'])('a budget that workers share', () => {
  let server: RedisServer;
  const connections: { disconnect(): void }[] = [];
  const worker = async (known = 0) => {
    const redis = await connectRedis({ url: server.url, onChange: () => undefined });
    connections.push(redis);
    await waitFor(() => redis.status === 'ready', PATIENCE_MS);
    const impatient = new ImpatientRedis(redis, { onChange: () => undefined });
    return { redis, ...budgets({ redis: impatient, spentSince: async () => known }) };
  };
  const keys = async ({ redis }: Awaited<ReturnType<typeof worker>>) => redis.keys('parley:spent:*');

  beforeAll(async () => {
    server = await RedisServer.start();
  }, 60_000);
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.disconnect();
  });
  afterAll(() => server.destroy());

  it('is one budget: what calls cost elsewhere is gone here too', async () => {
    const [here, there] = [await worker(1), await worker(1)];
    await here.budgets.hasLeft(ann);
    expect(await there.budgets.hasLeft(ann)).toBe(true);
    expect(here.budgets.spend(ann, 8.9)).toBe('low');
    await waitFor(async () => Number(await here.redis.get((await keys(here))[0] ?? '')) > 9.8, PATIENCE_MS);
    expect(await there.budgets.hasLeft(ann)).toBe(true);
    expect(there.budgets.spend(ann, 0.2)).toBe('spent');
    await waitFor(async () => !(await here.budgets.hasLeft(ann)), PATIENCE_MS);
    expect(await here.redis.pttl((await keys(here))[0] ?? '')).toBeGreaterThan(0);
  });

  it('keeps nothing there of who wants nothing kept', async () => {
    const here = await worker();
    await here.redis.flushall();
    await here.budgets.hasLeft(hidden);
    expect(here.budgets.spend(hidden, 10)).toBe('spent');
    expect(await here.budgets.hasLeft(hidden)).toBe(false);
    expect(await keys(here)).toEqual([]);
  });

  it('goes on in each process while Redis is gone', async () => {
    const here = await worker();
    await server.stop();
    expect(here.budgets.spend(ann, 10)).toBe('spent');
    expect(await here.budgets.hasLeft(ann)).toBe(false);
    await server.start();
  });
});
