import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { ConfigError } from '../config/config-error.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { AgentFiles, AgentFilesError } from './agent-files.js';
import { Agents } from './releases/agents.js';

const logger = new Logger('Agents');
const agents = {
  provide: Agents,
  inject: [AgentFiles, BUSINESS],
  useFactory: (files: AgentFiles, business: Business) => new Agents(files, business.tools, (line) => logger.warn(line)),
};

/** Reads the agents at boot, which a fault stops, and again whenever a file changes, which a fault does not. */
@Module({
  providers: [
    agents,
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
  exports: [AgentFiles, Agents],
})
export class AgentsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(AgentFiles) private readonly files: AgentFiles) {}

  onApplicationBootstrap(): void {
    this.files.watch(
      (faults) => logger.warn({ msg: 'agents not reloaded: the ones before stay in use', faults }),
      () => logger.log({ msg: 'agents reloaded', agents: this.files.names() }),
    );
  }

  onApplicationShutdown(): void {
    this.files.close();
  }
}
