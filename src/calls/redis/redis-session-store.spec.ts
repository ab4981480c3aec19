import type { Redis } from 'ioredis';
import { sessionStoreContract, storedCall } from '../../../test/contract/session-store.contract.js';
import { MemorySessionStore, SharedMemory } from '../../../test/fakes/memory-session-store.js';
import { describeWith } from '../../../test/support/needs.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { connectRedis } from '../../redis/connect-redis.js';
import { RedisSessionStore } from './redis-session-store.js';

const RIGHTS = { userId: 'u', tokenHashes: ['h'] };

describe('MemorySessionStore', () => {
  const memory = new SharedMemory();
  let names = 0;
  sessionStoreContract(async () => {
    const store = new MemorySessionStore(memory, `process ${(names += 1)}`);
    store.onAsked(() => Promise.resolve());
    return store;
  });
});

describeWith(['redis'])('RedisSessionStore', () => {
  let server: RedisServer;
  const open: { redis: Redis; store: RedisSessionStore }[] = [];
  const lines: object[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  }, 30_000);
  afterEach(() => {
    for (const { redis, store } of open.splice(0)) {
      store.close();
      redis.disconnect();
    }
    lines.length = 0;
  });
  afterAll(async () => server.destroy());

  const join = async (): Promise<RedisSessionStore> => {
    const redis = await connectRedis({ url: server.url, onChange: () => undefined });
    const store = new RedisSessionStore(redis, { warn: (line) => lines.push(line), log: (line) => lines.push(line) });
    open.push({ redis, store });
    await waitFor(() => redis.status === 'ready', 20_000);
    await waitFor(async () => (await redis.pubsub('NUMSUB', `parley:calls:${store.owner}`))[1] === 1, 20_000);
    return store;
  };

  const redisTime = async (): Promise<number> => {
    const [seconds = 0, micros = 0] = (await open[0]?.redis.time()) ?? [];
    return seconds * 1000 + micros / 1000;
  };

  sessionStoreContract(join);

  it('says once that Redis is away and once that it is back; nothing waits longer than a command may', async () => {
    const store = await join();
    const lease = store.create('away');
    const seenAt = await redisTime();
    server.pause();
    try {
      const since = performance.now();
      expect(await store.save(lease, RIGHTS, storedCall(), 60_000)).toBe('away');
      expect(await store.rights('away')).toBeUndefined();
      expect(await store.claim('away', { fence: 1, seenAt }, ['hash'])).toBeUndefined();
      expect(performance.now() - since).toBeLessThan(10_000);
    } finally {
      server.resume();
    }
    await waitFor(async () => (await store.save(lease, RIGHTS, storedCall(), 60_000)) === 'saved', 20_000);
    expect(lines.map((line) => ('msg' in line ? line.msg : ''))).toEqual([
      'calls cannot be resumed by other processes',
      'calls can be resumed by other processes again',
    ]);
  }, 60_000);

  it('keeps nothing beyond its time, and nothing that is too large', async () => {
    const store = await join();
    const lease = store.create('short');
    expect(await store.save(lease, RIGHTS, storedCall(), 50)).toBe('saved');
    await waitFor(async () => (await store.rights('short')) === undefined);
    const large = { ...storedCall(), snapshot: 'x'.repeat(2_000_000) };
    expect(await store.save(store.create('large'), RIGHTS, large, 60_000)).toBe('away');
    expect(await store.rights('large')).toBeUndefined();
  });

  it('lets the higher fence win after Redis has lost what it had', async () => {
    const [a, b] = [await join(), await join()];
    const old = a.create('lost');
    await a.save(old, RIGHTS, storedCall(), 60_000);
    const claimed = await b.claim('lost', { fence: old.fence, seenAt: await redisTime() }, ['hash']);
    await open[0]?.redis.flushall();
    expect(await a.save(old, RIGHTS, storedCall(), 60_000)).toBe('saved');
    expect(claimed && (await b.save(claimed.lease, RIGHTS, storedCall(), 60_000))).toBe('saved');
    expect(await a.save(old, RIGHTS, storedCall(), 60_000)).toBe('lost');
  });

  it('passes over what it cannot read', async () => {
    const store = await join();
    await open[0]?.redis.hset('parley:call:odd', {
      fence: 1,
      owner: '',
      user: 'u',
      tokens: 'h',
      call: '{"version":7}',
    });
    expect(await store.rights('odd')).toMatchObject({ fence: 1 });
    expect(await store.claim('odd', { fence: 1, seenAt: await redisTime() }, ['hash'])).toBeUndefined();
    expect(await store.rights('odd')).toBeUndefined();
  });
});
