import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import type { ImpatientRedis } from '../redis/impatient.js';
import { IMPATIENT_REDIS } from '../redis/redis.token.js';
import { HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS } from './limits.port.js';
import type { HandshakeLimiter, SessionSlots } from './limits.port.js';
import { MemorySessionSlots } from './memory-session-slots.js';
import { EventLoopModule } from '../eventloop/eventloop.module.js';
import { LoopMeter } from '../eventloop/loop-meter.js';
import { LoadMeter, ProcessLoad } from './process-load.js';
import { SharedCounts } from './shared-counts.js';
import { SharedSessionSlots } from './shared-session-slots.js';
import { ThrottledHandshakes } from './throttled-handshakes.js';

type DoorRedis = ImpatientRedis | undefined;
const doorRedis = { token: IMPATIENT_REDIS, optional: true };

@Module({
  imports: [EventLoopModule],
  providers: [
    {
      provide: HANDSHAKE_COUNTS,
      inject: [doorRedis],
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
      provide: ProcessLoad,
      inject: [CONFIG],
      useFactory: (config: Config) => {
        const logger = new Logger('Load');
        const limits = {
          loopPercent: config.STREAM_MAX_LOOP_PERCENT,
          loopDelayMs: config.STREAM_MAX_LOOP_DELAY_MS,
          memoryPercent: config.STREAM_MAX_MEMORY_PERCENT,
        };
        return new ProcessLoad(limits, (closed, measured) =>
          closed
            ? logger.warn(`new calls are turned away: ${measured}`)
            : logger.log(`new calls are welcome: ${measured}`),
        );
      },
    },
    {
      provide: SESSION_SLOTS,
      inject: [CONFIG, doorRedis, ProcessLoad],
      useFactory: (config: Config, redis: DoorRedis, load: ProcessLoad): SessionSlots => {
        const { STREAM_MAX_SESSIONS: capacity, STREAM_MAX_CONCURRENT_SESSIONS: perUser } = config;
        const own = new MemorySessionSlots(capacity, perUser, load);
        return redis === undefined ? own : new SharedSessionSlots(redis, own, perUser);
      },
    },
  ],
  exports: [HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS],
})
export class LimitsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private meter: LoadMeter | undefined;

  constructor(
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
    @Inject(ProcessLoad) private readonly load: ProcessLoad,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LoopMeter) private readonly loop: LoopMeter,
  ) {}

  /** On a desk, where other programs take the processor, nobody is turned away for it. */
  onApplicationBootstrap(): void {
    if (this.config.NODE_ENV === 'production')
      this.meter = new LoadMeter(this.loop, this.load, () => this.slots.active);
  }

  onApplicationShutdown(): void {
    this.meter?.close();
    if (this.slots instanceof SharedSessionSlots) this.slots.close();
  }
}
