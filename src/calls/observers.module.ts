import { Module } from '@nestjs/common';
import { ProviderHealth } from '../provider/health.js';
import { Guard } from '../rollout/guard.js';
import { RolloutModule } from '../rollout/rollout.module.js';
import { Rollouts } from '../rollout/rollouts.js';
import { GuardFeed } from './guard-feed.js';
import { RecordsModule } from './records/records.module.js';

const feed = {
  provide: GuardFeed,
  inject: [Guard, ProviderHealth, Rollouts],
  useFactory: (guard: Guard, health: ProviderHealth, rollouts: Rollouts) =>
    new GuardFeed(guard, health, (kind) => rollouts.of(kind).evaluate()),
};

/** Who watches the calls and acts on it: their records, and the guard of what is rolled out. */
@Module({
  imports: [RecordsModule, RolloutModule],
  providers: [feed],
  exports: [RecordsModule, GuardFeed],
})
export class ObserversModule {}
