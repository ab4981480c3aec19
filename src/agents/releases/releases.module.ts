import { hostname } from 'node:os';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { systemClock } from '../../conversation/system-clock.js';
import { DatabaseModule } from '../../database/database.module.js';
import { RELEASE_BOOK } from '../../database/releases/release-book.port.js';
import type { ReleaseBook } from '../../database/releases/release-book.port.js';
import { RELEASE_JOURNAL } from '../../database/rollout/rollout-journal.port.js';
import type { ReleaseStep, RolloutJournal } from '../../database/rollout/rollout-journal.port.js';
import { RestModule } from '../../rest/rest.module.js';
import { PlanRunner } from '../../rollout/plans/plan-runner.js';
import { RolloutModule } from '../../rollout/rollout.module.js';
import { KINDS, Rollouts } from '../../rollout/rollouts.js';
import { AgentsModule } from '../agents.module.js';
import { agentTargets } from './agent-target.js';
import { AgentsAdminController } from './agents-admin.controller.js';
import { Agents } from './agents.js';
import { defaultReleaseBounds } from './release-guard.js';
import { Releases } from './releases.js';

const logger = new Logger('Agents');
/** How often it is looked for what other workers have published, ms; a database of one process has no others. */
const LOOK_MS = { server: 5_000, embedded: 60_000 };

const releases = {
  provide: Releases,
  inject: [CONFIG, Agents, RELEASE_BOOK, RELEASE_JOURNAL, PlanRunner, Rollouts],
  useFactory: (
    config: Config,
    known: Agents,
    book: ReleaseBook,
    journal: RolloutJournal<ReleaseStep>,
    plans: PlanRunner,
    rollouts: Rollouts,
  ) => {
    const made = new Releases({
      book,
      journal,
      agents: known,
      ready: ({ providers }) => {
        for (const kind of KINDS) if (providers[kind] !== undefined) rollouts.of(kind).ready(providers[kind]);
      },
      bounds: {
        ...defaultReleaseBounds,
        maxErrorPercent: config.STREAM_ROLLOUT_MAX_ERROR_PERCENT,
        minSamples: config.STREAM_ROLLOUT_MIN_SAMPLES,
      },
      clock: systemClock,
      everyMs: config.data.calls === 'postgres' ? LOOK_MS.server : LOOK_MS.embedded,
      date: Date.now,
      instance: `${hostname()}:${process.pid}`,
      log: { info: (line) => logger.log(line), warn: (line) => logger.warn(line) },
    });
    plans.addTargets(agentTargets(made));
    return made;
  },
};

/** Published versions of agents: gives Agents what the database has of them, and keeps up with other workers. */
@Module({
  imports: [AgentsModule, DatabaseModule, RestModule, RolloutModule],
  controllers: [AgentsAdminController],
  providers: [releases],
})
export class ReleasesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Releases) private readonly published: Releases) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.published.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.published.close();
  }
}
