import { randomUUID } from 'node:crypto';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { digestOf } from '../redis/digest.js';
import type { ImpatientRedis } from '../redis/impatient.js';

type Record = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Windows that are no longer than this protect a process, not a quota, ms: each counts its own, and Redis is not asked. */
const OWN_WINDOW_MS = 1_000;

/**
 * The same sliding window as @nestjs/throttler's own storage without a penalty: what is refused is not counted. KEYS: the
 * window. ARGV: its length in ms, the most in it, a name for this hit. How many are in it, whether this one is, and the ms
 * until the oldest is out of it.
 */
const HIT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local hits = redis.call('ZCARD', KEYS[1])
local allowed = 0
if hits < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  hits = hits + 1
  allowed = 1
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or now
return { hits, allowed, oldest + ARGV[1] - now }`;

/**
 * Counts of handshakes and requests that all workers share. What Redis has let in counts here too, so that a worker without
 * Redis goes on from there by itself.
 */
export class SharedCounts implements ThrottlerStorage {
  constructor(
    private readonly redis: ImpatientRedis,
    private readonly own: ThrottlerStorage,
  ) {}

  async increment(key: string, ttl: number, limit: number, blockDuration: number, name: string): Promise<Record> {
    const alone = (): Promise<Record> => this.own.increment(key, ttl, limit, blockDuration, name);
    if (ttl <= OWN_WINDOW_MS) return alone();
    const window = `parley:hits:${name}:${digestOf(key)}`;
    const answer = await this.redis.ask(
      (redis) => redis.eval(HIT, 1, window, ttl, limit, randomUUID()) as Promise<[number, number, number]>,
    );
    if (answer === undefined) return alone();
    const [totalHits, allowed, untilFreeMs] = answer;
    const isBlocked = allowed === 0;
    const seconds = Math.ceil(untilFreeMs / 1000);
    if (isBlocked) return { totalHits: totalHits + 1, isBlocked, timeToExpire: seconds, timeToBlockExpire: seconds };
    await alone();
    return { totalHits, isBlocked, timeToExpire: Math.ceil(ttl / 1000), timeToBlockExpire: 0 };
  }
}
