import { once } from 'node:events';
import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { settledWithin } from '../deadline/within.js';
import { connectRedis } from './connect-redis.js';
import { ImpatientRedis } from './impatient.js';
import { IMPATIENT_REDIS, REDIS } from './redis.token.js';
import type { SharedRedis } from './redis.token.js';

/** How long a server that starts waits for Redis, so that its first callers are counted with those of the others, ms. */
const FIRST_CONNECTION_MS = 1_500;

@Global()
@Module({
  providers: [
    {
      provide: REDIS,
      inject: [CONFIG],
      useFactory: async ({ REDIS_URL: url }: Config): Promise<SharedRedis> => {
        if (url === undefined) return undefined;
        const logger = new Logger('Redis');
        const redis = await connectRedis({
          url,
          onChange: (state, reason) =>
            state === 'lost' ? logger.warn(`connection lost (${reason})`) : logger.log('connection is back'),
        });
        await settledWithin(once(redis, 'ready'), FIRST_CONNECTION_MS);
        return redis;
      },
    },
    {
      provide: IMPATIENT_REDIS,
      inject: [REDIS],
      useFactory: (redis: SharedRedis): ImpatientRedis | undefined => {
        if (redis === undefined) return undefined;
        const logger = new Logger('Redis');
        return new ImpatientRedis(redis, {
          onChange: (state, reason) =>
            state === 'lost'
              ? logger.warn(`does not answer in time (${reason}): limits and budgets count in this process alone`)
              : logger.log('limits and budgets are shared again'),
        });
      },
    },
  ],
  exports: [REDIS, IMPATIENT_REDIS],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: SharedRedis) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
