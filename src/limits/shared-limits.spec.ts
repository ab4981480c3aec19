// Limits of several workers that share a real Redis, and what becomes of them while it is away, hangs or is full.
import { ThrottlerStorageService } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { describeWith } from '../../test/support/needs.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { waitFor } from '../../test/support/wait-for.js';
import { connectRedis } from '../redis/connect-redis.js';
import { digestOf } from '../redis/digest.js';
import { ImpatientRedis } from '../redis/impatient.js';
import { MemorySessionSlots } from './memory-session-slots.js';
import { SharedCounts } from './shared-counts.js';
import { SharedSessionSlots } from './shared-session-slots.js';

const WINDOW_MS = 60_000;
const LEASE_MS = 1_500;
const PATIENCE_MS = 20_000;

const hitsOf = (key: string): string => `parley:hits:user:${digestOf(key)}`;
const sessionsOf = (userId: string): string => `parley:sessions:${digestOf(userId)}`;

/** What one process has. */
interface Worker {
  readonly redis: Redis;
  readonly counts: SharedCounts;
  readonly slots: SharedSessionSlots;
  readonly changes: string[];
  stop(): void;
}

describeWith(['redis'])('limits that workers share', () => {
  let server: RedisServer;
  const workers: Worker[] = [];

  async function worker(perUser = 5): Promise<Worker> {
    const redis = await connectRedis({ url: server.url, onChange: () => undefined });
    await waitFor(() => redis.status === 'ready', PATIENCE_MS);
    const changes: string[] = [];
    const impatient = new ImpatientRedis(redis, { onChange: (state) => changes.push(state) });
    const own = new ThrottlerStorageService();
    const slots = new SharedSessionSlots(impatient, new MemorySessionSlots(100, perUser), perUser, LEASE_MS);
    const made: Worker = {
      redis,
      counts: new SharedCounts(impatient, own),
      slots,
      changes,
      stop: () => {
        slots.close();
        own.onApplicationShutdown();
        redis.disconnect();
      },
    };
    workers.push(made);
    return made;
  }

  const hit = (of: Worker, key: string, limit = 5) => of.counts.increment(key, WINDOW_MS, limit, 0, 'user');
  const hits = (of: readonly Worker[], key: string, times: number) =>
    Promise.all(Array.from({ length: times }, (_, index) => hit(of[index % of.length] as Worker, key)));
  const crowd = async (of: readonly Worker[], user: string, times: number, returning = false) => {
    const all = await Promise.all(
      Array.from({ length: times }, (_, index) => (of[index % of.length] as Worker).slots.acquire(user, returning)),
    );
    return all.filter((slot) => typeof slot !== 'string');
  };

  beforeAll(async () => {
    server = await RedisServer.start();
  }, 60_000);
  afterEach(async () => {
    for (const one of workers.splice(0)) one.stop();
    server.resume();
  });
  afterAll(() => server.destroy());

  it('lets a crowd in only so often, wherever it knocks, and does not count whom it refuses', async () => {
    const both = [await worker(), await worker()];
    const answers = await hits(both, 'ann', 40);
    expect(answers.filter(({ isBlocked }) => !isBlocked)).toHaveLength(5);
    const refused = answers.find(({ isBlocked }) => isBlocked);
    expect(refused?.timeToBlockExpire).toBeGreaterThan(WINDOW_MS / 1000 - 30);
    expect(refused?.timeToBlockExpire).toBeLessThanOrEqual(WINDOW_MS / 1000);
    expect(await both[0]?.redis.zcard(hitsOf('ann'))).toBe(5);
    expect((await hits(both, 'bob', 1)).map(({ isBlocked }) => isBlocked)).toEqual([false]);
    expect(await both[0]?.redis.pttl(hitsOf('ann'))).toBeGreaterThan(0);
  });

  it('keeps no name of anybody in Redis', async () => {
    const here = await worker();
    await hits([here], 'rumpelstiltskin', 1);
    await crowd([here], 'rumpelstiltskin', 1);
    const keys = await here.redis.keys('*');
    expect(keys).toContain(sessionsOf('rumpelstiltskin'));
    expect(keys.join()).not.toContain('rumpel');
  });

  it('frees a window as its hits grow old', async () => {
    const one = await worker();
    const short = () => one.counts.increment('cat', 1_100, 2, 0, 'user');
    expect([(await short()).isBlocked, (await short()).isBlocked, (await short()).isBlocked]).toEqual([
      false,
      false,
      true,
    ]);
    await waitFor(async () => !(await short()).isBlocked, PATIENCE_MS);
  });

  it('leaves to each process what is counted by the second', async () => {
    const both = [await worker(), await worker()];
    const bySecond = await Promise.all(both.map(({ counts }) => counts.increment('x', 1_000, 1, 0, 'rest')));
    expect(bySecond.map(({ isBlocked }) => isBlocked)).toEqual([false, false]);
    expect(await both[0]?.redis.exists(`parley:hits:rest:${digestOf('x')}`)).toBe(0);
  });

  it('gives a user so many sessions over all workers, twice as many where he returns, and takes them back once', async () => {
    const [here, there] = [await worker(), await worker()];
    const slots = await crowd([here, there], 'ann', 30);
    expect(slots).toHaveLength(5);
    expect(here.slots.active + there.slots.active).toBe(5);
    expect(await crowd([here, there], 'ann', 10, true)).toHaveLength(5);
    const [slot] = slots;
    slot?.release();
    slot?.release();
    await waitFor(async () => (await here.redis.zcard(sessionsOf('ann'))) === 9, PATIENCE_MS);
    expect(here.slots.active + there.slots.active).toBe(9);
  });

  it('keeps places while their process lives, and frees those of one that was killed', async () => {
    const [here, there] = [await worker(2), await worker(2)];
    expect(await crowd([here], 'dan', 1)).toHaveLength(1);
    expect(await crowd([there], 'dan', 1)).toHaveLength(1);
    const places = await here.redis.zrange(sessionsOf('dan'), '0', '-1', 'WITHSCORES');
    // Renewed: no place ends when its first lease would have.
    await waitFor(async () => {
      const scores = (await here.redis.zrange(sessionsOf('dan'), '0', '-1', 'WITHSCORES')).map(Number);
      return Math.min(scores[1] ?? 0, scores[3] ?? 0) > Math.max(Number(places[1]), Number(places[3])) + LEASE_MS / 3;
    }, PATIENCE_MS);
    expect(await crowd([here], 'dan', 1)).toHaveLength(0);
    there.stop();
    await waitFor(async () => (await crowd([here], 'dan', 1)).length === 1, PATIENCE_MS);
    expect(await crowd([here], 'dan', 1)).toHaveLength(0);
  });

  it('counts alone while Redis hangs, and tells it of its sessions when it is back', async () => {
    const [here, there] = [await worker(), await worker()];
    await hits([here], 'eve', 3);
    server.pause();
    expect((await hits([here], 'eve', 6)).filter(({ isBlocked }) => !isBlocked)).toHaveLength(2);
    expect(await crowd([here], 'eve', 9)).toHaveLength(5);
    server.resume();
    await waitFor(async () => (await there.redis.zcard(sessionsOf('eve'))) === 5, PATIENCE_MS);
    expect(await crowd([there], 'eve', 3)).toHaveLength(0);
    await waitFor(() => here.changes.at(-1) === 'back', PATIENCE_MS);
    expect(here.changes).toEqual(['lost', 'back']);
  });

  it('holds the limits while Redis has no memory left', async () => {
    const here = await worker();
    await here.redis.config('SET', 'maxmemory', '1');
    try {
      expect((await hits([here], 'fay', 9)).filter(({ isBlocked }) => !isBlocked)).toHaveLength(5);
      expect(await crowd([here], 'fay', 9)).toHaveLength(5);
    } finally {
      await here.redis.config('SET', 'maxmemory', '0');
    }
    await waitFor(async () => (await here.redis.zcard(sessionsOf('fay'))) === 5, PATIENCE_MS);
  });

  it('counts alone while Redis is gone, and what it has lost is there again', async () => {
    const [here, there] = [await worker(), await worker()];
    expect(await crowd([here], 'gus', 3)).toHaveLength(3);
    await server.stop();
    expect(await crowd([here], 'gus', 9)).toHaveLength(2);
    expect((await hits([here], 'gus', 9)).filter(({ isBlocked }) => !isBlocked)).toHaveLength(5);
    await server.start();
    await waitFor(
      async () => there.redis.status === 'ready' && (await there.redis.zcard(sessionsOf('gus'))) === 5,
      PATIENCE_MS,
    );
    expect(await crowd([there], 'gus', 3)).toHaveLength(0);
  });
});
