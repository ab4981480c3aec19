import { Global, Logger, Module } from '@nestjs/common';
import { ProviderHealth } from './health.js';
import { ProviderHedges } from './provider-hedges.js';
import { ProviderOutcomes } from './provider-outcomes.js';

/** Reasons that are remembered, so that each is told once. */
const MAX_REASONS = 100;

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
        const told = new Set<string>();
        outcomes.listen((outcome) => {
          // A setting that is wrong fails every reply the same way: it is told once, and counted each time.
          if (outcome.reason !== undefined && told.size < MAX_REASONS) {
            if (told.has(outcome.reason)) return;
            told.add(outcome.reason);
          }
          logger.warn({ msg: 'provider failed', ...outcome });
        });
        return outcomes;
      },
    },
  ],
  exports: [ProviderHealth, ProviderHedges, ProviderOutcomes],
})
export class ProviderModule {}
