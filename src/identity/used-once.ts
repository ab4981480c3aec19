import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { REDIS } from '../redis/redis.token.js';
import type { SharedRedis } from '../redis/redis.token.js';

/**
 * Remembers what was used, so that it is used once: in this process, and with REDIS_URL in all of them. While Redis is away
 * each process goes by what it knows itself.
 */
@Injectable()
export class UsedOnce {
  private readonly log = new Logger(UsedOnce.name);
  /** Until when each is remembered, ms; nearly in order. */
  private readonly used = new Map<string, number>();

  constructor(@Optional() @Inject(REDIS) private readonly redis?: SharedRedis) {}

  /** Uses it: false when it was used already. It is remembered for `ttlMs`, by then it must not count any more by itself. */
  async claim(name: string, ttlMs: number): Promise<boolean> {
    const now = Date.now();
    for (const [other, until] of this.used) {
      if (until > now) break;
      this.used.delete(other);
    }
    if (this.used.has(name)) return false;
    this.used.set(name, now + ttlMs);
    try {
      return this.redis === undefined || (await this.redis.set(`parley:used:${name}`, '1', 'PX', ttlMs, 'NX')) === 'OK';
    } catch {
      this.log.warn({ msg: 'only this process knows what was used: Redis is away' });
      return true;
    }
  }
}
