import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { ImpatientRedis } from '../redis/impatient.js';
import { REDIS } from '../redis/redis.token.js';
import type { SharedRedis } from '../redis/redis.token.js';
import { HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS } from './limits.port.js';
import type { HandshakeLimiter, SessionSlots } from './limits.port.js';
import { MemorySessionSlots } from './memory-session-slots.js';
import { SharedCounts } from './shared-counts.js';
import { SharedSessionSlots } from './shared-session-slots.js';
import { ThrottledHandshakes } from './throttled-handshakes.js';

/** Redis for those at the door; undefined without REDIS_URL. */
const DOOR_REDIS = Symbol('DoorRedis');
type DoorRedis = ImpatientRedis | undefined;

@Module({
  providers: [
    {
      provide: DOOR_REDIS,
      inject: [{ token: REDIS, optional: true }],
      useFactory: (redis: SharedRedis): DoorRedis => {
        if (redis === undefined) return undefined;
        const logger = new Logger('Limits');
        return new ImpatientRedis(redis, {
          onChange: (state, reason) =>
            state === 'lost'
              ? logger.warn(`limits count in this process alone: Redis (${reason})`)
              : logger.log('limits are shared again'),
        });
      },
    },
    {
      provide: HANDSHAKE_COUNTS,
      inject: [DOOR_REDIS],
      // Loaded late: @nestjs/throttler is CommonJS and require()s Nest, which is ESM and, in Jest, still being linked here.
      useFactory: async (redis: DoorRedis): Promise<ThrottlerStorage> => {
        const own = new (await import('@nestjs/throttler')).ThrottlerStorageService();
        return redis === undefined ? own : new SharedCounts(redis, own);
      },
    },
    {
      provide: HANDSHAKE_LIMITER,
      inject: [HANDSHAKE_COUNTS, CONFIG],
      useFactory: (storage: ThrottlerStorage, config: Config): HandshakeLimiter =>
        new ThrottledHandshakes(storage, {
          max: config.STREAM_RATE_LIMIT_MAX,
          windowMs: config.STREAM_RATE_LIMIT_WINDOW_MS,
        }),
    },
    {
      provide: SESSION_SLOTS,
      inject: [CONFIG, DOOR_REDIS],
      useFactory: (config: Config, redis: DoorRedis): SessionSlots => {
        const { STREAM_MAX_SESSIONS: capacity, STREAM_MAX_CONCURRENT_SESSIONS: perUser } = config;
        const own = new MemorySessionSlots(capacity, perUser);
        return redis === undefined ? own : new SharedSessionSlots(redis, own, perUser);
      },
    },
  ],
  exports: [HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(@Inject(SESSION_SLOTS) private readonly slots: SessionSlots) {}

  onApplicationShutdown(): void {
    if (this.slots instanceof SharedSessionSlots) this.slots.close();
  }
}
