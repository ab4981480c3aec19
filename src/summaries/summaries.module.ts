import { randomUUID } from 'node:crypto';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { Agents } from '../agents/releases/agents.js';
import { QUEUED_CALL_LEDGER } from '../calls/call-ledger.port.js';
import type { CallLedger } from '../calls/call-ledger.port.js';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { CALL_HISTORY } from '../database/calls/call-history.port.js';
import type { CallHistory } from '../database/calls/call-history.port.js';
import { Database } from '../database/database.js';
import { DatabaseModule } from '../database/database.module.js';
import { SqlSummaryQueue } from '../database/summaries/sql-summary-queue.js';
import { LlmModule, LlmRegistry } from '../llm/llm.module.js';
import { RolloutModule } from '../rollout/rollout.module.js';
import { Rollouts } from '../rollout/rollouts.js';
import { SummaryWorker } from './summary-worker.js';
import type { SummaryAgent } from './summary-worker.js';
import { PRICES, type Prices } from '../usage/prices.port.js';

const worker = {
  provide: SummaryWorker,
  inject: [CONFIG, Database, CALL_HISTORY, Agents, LlmRegistry, Rollouts, PRICES, QUEUED_CALL_LEDGER],
  useFactory: (
    config: Config,
    database: Database,
    history: CallHistory,
    agents: Agents,
    llm: LlmRegistry,
    rollouts: Rollouts,
    prices: Prices,
    ledger: CallLedger,
  ): SummaryWorker => {
    const logger = new Logger('Summaries');
    const modelFor = (agent: SummaryAgent | undefined, userId: string) => {
      const chain = agent?.providers.llm ?? rollouts.chainFor('llm', userId) ?? config.STREAM_LLM_PROVIDER;
      // The planner that needs no key cannot write.
      const writers = config.CALL_SUMMARIES === 'model' ? chain.filter((name) => name !== 'rules') : [];
      return writers.length === 0 ? undefined : llm.get(writers);
    };
    return new SummaryWorker({
      queue: new SqlSummaryQueue(database),
      history,
      agentOf: ({ agent, agentVersion, user }) =>
        agents.get(agent, { userId: user ?? '', version: agentVersion ?? undefined }),
      modelFor,
      used: (callSid, usage) => {
        const cost = prices.costOf(usage);
        if (cost === undefined || cost.amount === 0) return;
        ledger.charge(callSid, randomUUID(), { [cost.currency]: cost.amount }).catch((error: unknown) => {
          logger.warn({ msg: 'what a summary cost is missing', callSid, err: error });
        });
      },
      warn: (line) => logger.warn(line),
    });
  },
};

/** What is written of calls when they are over, in the background. */
@Module({
  imports: [DatabaseModule, AgentsModule, LlmModule, RolloutModule, RecordsModule],
  providers: [worker],
})
export class SummariesModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(SummaryWorker) private readonly summaries: SummaryWorker) {}

  onApplicationBootstrap(): void {
    this.summaries.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.summaries.close();
  }
}
