import { Global, Logger, Module } from '@nestjs/common';
import { ProviderHealth } from './health.js';

/** What all providers of this process share: one circuit breaker each, wherever they are used. */
@Global()
@Module({
  providers: [
    {
      provide: ProviderHealth,
      useFactory: () => {
        const health = new ProviderHealth();
        const logger = new Logger('Providers');
        health.onChange((status) => logger.warn({ msg: 'provider health changed', ...status }));
        return health;
      },
    },
  ],
  exports: [ProviderHealth],
})
export class ProviderModule {}
