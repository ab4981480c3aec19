import { describeWith } from '../../../test/support/needs.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { connectRedis } from '../../redis/connect-redis.js';
import { MemoryTranscripts } from './memory-transcripts.js';
import { RedisTranscripts } from './redis-transcripts.js';
import type { RedisCommands } from './redis-transcripts.js';
import type { CachedTranscript } from './transcript-cache.port.js';
import { Transcripts } from './transcripts.js';

const transcript: CachedTranscript = {
  text: 'what transactions does client 5001 have',
  language: null,
  duration: 2.5,
  provider: 'deepgram',
  confidence: null,
  words: [{ text: 'what', startMs: 0, endMs: 200, confidence: 0.9 }],
};
const LIMITS = { ttlMs: 60_000, maxEntryBytes: 10_000, restMs: 0 };
const ignore = () => undefined;

describeWith(['redis'])('transcripts in Redis', () => {
  let server: RedisServer;
  let redis: Awaited<ReturnType<typeof connectRedis>>;
  const states: string[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = await connectRedis({
      url: server.url,
      commandTimeoutMs: 1500,
      onChange: (state, reason) => states.push(`${state} ${reason}`),
    });
    await waitFor(() => redis.status === 'ready', 20_000);
  }, 40_000);
  afterAll(async () => {
    redis.disconnect();
    await server.destroy();
  });

  it('are found by another instance, until their time is over', async () => {
    const shared = () => new RedisTranscripts(redis, LIMITS, ignore);
    await shared().set('a', transcript);
    const found = await shared().get('a');
    expect(found?.transcript).toEqual(transcript);
    expect(found?.ttlMs).toBeLessThanOrEqual(60_000);
    expect(await shared().get('b')).toBeUndefined();
    const [key = ''] = await redis.keys('*');
    expect(await redis.pttl(key)).toBeGreaterThan(50_000);
    const later = new RedisTranscripts(redis, LIMITS, ignore, () => Date.now() + 60_001);
    expect(await later.get('a')).toBeUndefined();
  });

  it('are not stored when they are too large', async () => {
    const small = new RedisTranscripts(redis, { ...LIMITS, maxEntryBytes: 50 }, ignore);
    await small.set('large', transcript);
    expect(await small.get('large')).toBeUndefined();
  });

  it.each(['nonsense', '{}', '{"expiresAt":99999999999999,"transcript":{"text":1}}', 'null'])(
    'of another make count as none: %s',
    async (value) => {
      const shared = new RedisTranscripts(redis, LIMITS, ignore);
      await shared.set('odd', transcript);
      const [key = ''] = await redis.keys('*odd');
      await redis.set(key, value);
      expect(await shared.get('odd')).toBeUndefined();
    },
  );

  it('are served from memory while Redis hangs or is gone, and shared again when it is back', async () => {
    const changes: string[] = [];
    const own = new MemoryTranscripts({ maxBytes: 100_000, maxEntryBytes: 10_000, ttlMs: 60_000 });
    const shared = new RedisTranscripts(redis, LIMITS, (state) => changes.push(state));
    const transcripts = new Transcripts(own, shared);

    server.pause();
    transcripts.set('hung', transcript);
    expect(await transcripts.get('hung')).toEqual(transcript);
    expect(await transcripts.get('unknown')).toBeUndefined();
    server.resume();
    expect(changes).toEqual(['away']);

    await server.stop();
    await waitFor(() => states.some((state) => state.startsWith('lost')), 20_000);
    transcripts.set('gone', transcript);
    expect(await transcripts.get('gone')).toEqual(transcript);
    expect(await transcripts.get('unknown')).toBeUndefined();
    // One word about it, however many requests there were.
    expect(changes).toEqual(['away']);

    await server.start();
    await waitFor(() => states.some((state) => state.startsWith('back')), 20_000);
    await shared.set('after', transcript);
    expect((await shared.get('after'))?.transcript).toEqual(transcript);
    expect(changes).toEqual(['away', 'back']);
  }, 60_000);
});

describe('a Redis that fails', () => {
  it('is left alone for a while', async () => {
    let now = 0;
    let asked = 0;
    const failing: RedisCommands = {
      get: async () => {
        asked += 1;
        throw new Error('READONLY You can not write against a read only replica. key parley:secret');
      },
      set: async () => undefined,
    };
    const changes: string[] = [];
    const shared = new RedisTranscripts(
      failing,
      { ...LIMITS, restMs: 5000 },
      (state, reason) => changes.push(`${state} ${reason}`),
      () => now,
    );
    await shared.get('a');
    await shared.get('a');
    now = 4999;
    await shared.get('a');
    expect(asked).toBe(1);
    now = 5000;
    await shared.get('a');
    expect(asked).toBe(2);
    expect(changes).toEqual(['away READONLY']);
  });
});

describe('memory before Redis', () => {
  it('asks Redis once for what it has not, and keeps that only as long as Redis would', async () => {
    let asked = 0;
    const value = JSON.stringify({ expiresAt: 1000, transcript });
    const redis: RedisCommands = {
      get: async () => {
        asked += 1;
        return value;
      },
      set: async () => undefined,
    };
    let now = 0;
    const clock = () => now;
    const own = new MemoryTranscripts({ maxBytes: 100_000, maxEntryBytes: 10_000, ttlMs: 60_000 }, clock);
    const transcripts = new Transcripts(own, new RedisTranscripts(redis, LIMITS, ignore, clock));
    expect(await transcripts.get('a')).toEqual(transcript);
    expect(await transcripts.get('a')).toEqual(transcript);
    expect(asked).toBe(1);
    now = 1000;
    expect(await transcripts.get('a')).toBeUndefined();
  });
});
