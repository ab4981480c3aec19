import { Module } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS } from './limits.port.js';
import type { HandshakeLimiter, SessionSlots } from './limits.port.js';
import { MemorySessionSlots } from './memory-session-slots.js';
import { ThrottledHandshakes } from './throttled-handshakes.js';

@Module({
  providers: [
    {
      provide: HANDSHAKE_COUNTS,
      // Loaded late: @nestjs/throttler is CommonJS and require()s Nest, which is ESM and, in Jest, still being linked here.
      useFactory: async (): Promise<ThrottlerStorage> =>
        new (await import('@nestjs/throttler')).ThrottlerStorageService(),
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
      inject: [CONFIG],
      useFactory: (config: Config): SessionSlots =>
        new MemorySessionSlots(config.STREAM_MAX_SESSIONS, config.STREAM_MAX_CONCURRENT_SESSIONS),
    },
  ],
  exports: [HANDSHAKE_COUNTS, HANDSHAKE_LIMITER, SESSION_SLOTS],
})
export class LimitsModule {}
