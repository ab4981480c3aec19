import { randomUUID } from 'node:crypto';
import { digestOf } from '../redis/digest.js';
import type { ImpatientRedis } from '../redis/impatient.js';
import type { RoomRefusal, SessionSlot, SessionSlots, SlotRefusal } from './limits.port.js';

/** How long a place outlives a process that was killed, ms. */
const LEASE_MS = 30_000;
/** In each lease a process says so often that its places are taken. */
const RENEWALS = 3;

/** A user's places, by when their lease ends. KEYS: the user. ARGV: the most, the place, the lease in ms. 1: taken; 0: none left. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** KEYS: the user. ARGV: the lease in ms, his places here. Also brings back what Redis has lost, or has never heard of. */
const RENEW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for place = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[place]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return #ARGV - 1`;

const keyOf = (userId: string): string => `parley:sessions:${digestOf(userId)}`;

/**
 * A user's sessions, counted over all workers. This process's own places are taken first, in one step; while Redis is away
 * they are all that counts, and it hears of them when it is back.
 */
export class SharedSessionSlots implements SessionSlots {
  private readonly places = new Map<string, Set<string>>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly redis: ImpatientRedis,
    private readonly own: SessionSlots,
    private readonly perUser: number,
    private readonly leaseMs = LEASE_MS,
  ) {
    this.timer = setInterval(() => void this.renew(), leaseMs / RENEWALS).unref();
  }

  get active(): number {
    return this.own.active;
  }

  get closed(): RoomRefusal | undefined {
    return this.own.closed;
  }

  async acquire(userId: string, returning: boolean): Promise<SessionSlot | SlotRefusal> {
    const slot = await this.own.acquire(userId, returning);
    if (typeof slot === 'string') return slot;
    const place = randomUUID();
    const most = returning ? 2 * this.perUser : this.perUser;
    const taken = await this.redis.ask(
      (redis) => redis.eval(TAKE, 1, keyOf(userId), most, place, this.leaseMs) as Promise<number>,
    );
    if (taken === 0) {
      slot.release();
      return 'user_full';
    }
    const places = this.places.get(userId) ?? new Set();
    this.places.set(userId, places.add(place));
    return {
      release: () => {
        slot.release();
        if (places.delete(place)) this.giveBack(userId, places, place);
      },
    };
  }

  /** Tells Redis of all places that are taken here. */
  private async renew(): Promise<void> {
    for (const [userId, places] of this.places) {
      await this.redis.ask((redis) => redis.eval(RENEW, 1, keyOf(userId), this.leaseMs, ...places) as Promise<number>);
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** What Redis does not hear of ends with its lease. */
  private giveBack(userId: string, places: ReadonlySet<string>, place: string): void {
    if (places.size === 0 && this.places.get(userId) === places) this.places.delete(userId);
    void this.redis.ask((redis) => redis.zrem(keyOf(userId), place));
  }
}
