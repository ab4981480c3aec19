import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { ConfigError } from '../config/config-error.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { AgentFiles, AgentFilesError } from './agent-files.js';

/** Reads the agents at boot, which a fault stops, and again whenever a file changes, which a fault does not. */
@Module({
  providers: [
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
  exports: [AgentFiles],
})
export class AgentsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(AgentFiles) private readonly agents: AgentFiles) {}

  onApplicationBootstrap(): void {
    const logger = new Logger('Agents');
    this.agents.watch(
      (faults) => logger.warn({ msg: 'agents not reloaded: the ones before stay in use', faults }),
      () => logger.log({ msg: 'agents reloaded', agents: this.agents.names() }),
    );
  }

  onApplicationShutdown(): void {
    this.agents.close();
  }
}
