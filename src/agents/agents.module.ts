import { hostname } from 'node:os';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { ConfigError } from '../config/config-error.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { systemClock } from '../conversation/system-clock.js';
import { DatabaseModule } from '../database/database.module.js';
import { RELEASE_BOOK } from '../database/releases/release-book.port.js';
import type { ReleaseBook } from '../database/releases/release-book.port.js';
import { RestModule } from '../rest/rest.module.js';
import { PlanRunner } from '../rollout/plans/plan-runner.js';
import { RolloutModule } from '../rollout/rollout.module.js';
import { AgentFiles, AgentFilesError } from './agent-files.js';
import { AgentsAdminController } from './releases/agents-admin.controller.js';
import { agentTargets } from './releases/agent-target.js';
import { Agents } from './releases/agents.js';
import { defaultReleaseBounds } from './releases/release-guard.js';
import { Releases } from './releases/releases.js';

const logger = new Logger('Agents');
/** How often it is looked for what other workers have published, ms; a database of one process has no others. */
const LOOK_MS = { server: 5_000, embedded: 60_000 };

const agents = {
  provide: Agents,
  inject: [AgentFiles, BUSINESS],
  useFactory: (files: AgentFiles, business: Business) => new Agents(files, business.tools, (line) => logger.warn(line)),
};

const releases = {
  provide: Releases,
  inject: [CONFIG, Agents, RELEASE_BOOK, PlanRunner],
  useFactory: (config: Config, known: Agents, book: ReleaseBook, plans: PlanRunner) => {
    const made = new Releases({
      book,
      agents: known,
      bounds: {
        ...defaultReleaseBounds,
        maxErrorPercent: config.STREAM_ROLLOUT_MAX_ERROR_PERCENT,
        minSamples: config.STREAM_ROLLOUT_MIN_SAMPLES,
      },
      clock: systemClock,
      everyMs: config.workers > 1 || /^postgres/.test(config.DATABASE_URL ?? '') ? LOOK_MS.server : LOOK_MS.embedded,
      date: Date.now,
      instance: `${hostname()}:${process.pid}`,
      log: { info: (line) => logger.log(line), warn: (line) => logger.warn(line) },
    });
    plans.addTargets(agentTargets(made));
    return made;
  },
};

/** Reads the agents at boot, which a fault stops, and again whenever a file changes, which a fault does not. */
@Module({
  imports: [DatabaseModule, RestModule, RolloutModule],
  controllers: [AgentsAdminController],
  providers: [
    agents,
    releases,
    {
      provide: AgentFiles,
      inject: [CONFIG, BUSINESS],
      useFactory: (config: Config, business: Business) => {
        const name = config.DEFAULT_AGENT ?? business.agent;
        try {
          const agents = new AgentFiles(config.AGENTS_DIR, business.tools);
          if (agents.get(name) !== undefined) return agents;
          throw new AgentFilesError([
            `DEFAULT_AGENT: there is no agent "${name}" in ${config.AGENTS_DIR}; there are ${agents.names().join(', ')}`,
          ]);
        } catch (error) {
          throw error instanceof AgentFilesError ? new ConfigError(error.faults) : error;
        }
      },
    },
  ],
  exports: [AgentFiles, Agents, Releases],
})
export class AgentsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(AgentFiles) private readonly files: AgentFiles,
    @Inject(Releases) private readonly published: Releases,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.published.start();
    this.files.watch(
      (faults) => logger.warn({ msg: 'agents not reloaded: the ones before stay in use', faults }),
      () => logger.log({ msg: 'agents reloaded', agents: this.files.names() }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.files.close();
    await this.published.close();
  }
}
