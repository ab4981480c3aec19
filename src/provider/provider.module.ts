import { Global, Logger, Module } from '@nestjs/common';
import { ProviderHealth } from './health.js';
import { ProviderHedges } from './provider-hedges.js';
import { ProviderOutcomes } from './provider-outcomes.js';

/** What all providers of this process share: one circuit breaker each, wherever they are used, and word of every failure. */
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
    ProviderHedges,
    {
      provide: ProviderOutcomes,
      useFactory: () => {
        const outcomes = new ProviderOutcomes();
        const logger = new Logger('Providers');
        // A wrong key among several is heard by no caller: the operator has to read of it here.
        outcomes.listen((outcome) => logger.warn({ msg: 'provider failed', ...outcome }));
        return outcomes;
      },
    },
  ],
  exports: [ProviderHealth, ProviderHedges, ProviderOutcomes],
})
export class ProviderModule {}
