import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { connectRedis } from './connect-redis.js';
import { REDIS } from './redis.token.js';
import type { SharedRedis } from './redis.token.js';

@Global()
@Module({
  providers: [
    {
      provide: REDIS,
      inject: [CONFIG],
      useFactory: async ({ REDIS_URL: url }: Config): Promise<SharedRedis> => {
        if (url === undefined) return undefined;
        const logger = new Logger('Redis');
        return connectRedis({
          url,
          onChange: (state, reason) =>
            state === 'lost' ? logger.warn(`connection lost (${reason})`) : logger.log('connection is back'),
        });
      },
    },
  ],
  exports: [REDIS],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: SharedRedis) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
