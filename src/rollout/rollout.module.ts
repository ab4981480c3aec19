import { hostname } from 'node:os';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { RestModule } from '../rest/rest.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { LLM_PROVIDERS, STT_PROVIDERS, TTS_PROVIDERS } from '../config/env.schema.js';
import { systemClock } from '../conversation/system-clock.js';
import { LlmModule, LlmRegistry } from '../llm/llm.module.js';
import { REDIS } from '../redis/redis.token.js';
import type { SharedRedis } from '../redis/redis.token.js';
import { SttModule, SttRegistry } from '../stt/stt.module.js';
import { TtsModule, TtsRegistry } from '../tts/tts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { PLAN_JOURNAL } from '../database/rollout/rollout-journal.port.js';
import type { PlanStep, RolloutJournal } from '../database/rollout/rollout-journal.port.js';
import { Guard } from './guard.js';
import { KindTarget } from './plans/kind-target.js';
import { plansIn } from './plans/plan-file.js';
import { PlanRunner } from './plans/plan-runner.js';
import type { PlanTarget } from './plans/plan-target.port.js';
import { PlansController } from './plans/plans.controller.js';
import { MemoryRolloutStore } from './memory-store.js';
import { RedisRolloutStore } from './redis-store.js';
import { RolloutMetrics, watchRollouts } from './rollout-metrics.js';
import { RolloutController } from './rollout.controller.js';
import { KINDS, Rollouts } from './rollouts.js';

const logger = new Logger('Rollout');
const LOG = { info: (line: object) => logger.log(line), warn: (line: object) => logger.warn(line) };
/** How others know this process. */
const INSTANCE = `${hostname()}:${process.pid}`;

const guard = {
  provide: Guard,
  inject: [CONFIG],
  useFactory: (config: Config) =>
    new Guard(
      {
        windowMs: config.STREAM_ROLLOUT_WINDOW_MS,
        maxErrorPercent: config.STREAM_ROLLOUT_MAX_ERROR_PERCENT,
        maxP95Ms: config.STREAM_ROLLOUT_MAX_P95_MS,
        minSamples: config.STREAM_ROLLOUT_MIN_SAMPLES,
      },
      () => systemClock.now(),
    ),
};

const rollouts = {
  provide: Rollouts,
  inject: [CONFIG, Guard, REDIS, Registry, SttRegistry, LlmRegistry, TtsRegistry],
  useFactory: (
    config: Config,
    measured: Guard,
    redis: SharedRedis,
    registry: Registry,
    stt: SttRegistry,
    llm: LlmRegistry,
    tts: TtsRegistry,
  ) => {
    const metrics = new RolloutMetrics(registry);
    const made: Rollouts = new Rollouts(
      {
        stt: {
          configured: config.STREAM_STT_ROLLOUT,
          names: STT_PROVIDERS,
          prepare: (names) => stt.prepare(names),
        },
        llm: {
          configured: config.STREAM_LLM_ROLLOUT,
          names: LLM_PROVIDERS,
          prepare: (names) => llm.prepare(names),
        },
        tts: {
          configured: config.STREAM_TTS_ROLLOUT,
          names: TTS_PROVIDERS,
          prepare: (names) => tts.prepare(names),
        },
      },
      {
        store: redis === undefined ? new MemoryRolloutStore() : new RedisRolloutStore(redis, LOG.warn),
        guard: measured,
        log: LOG,
        instance: INSTANCE,
        date: Date.now,
        onHold: (kind, hold) => metrics.held(kind, hold),
      },
      systemClock,
    );
    watchRollouts(registry, () => made.view());
    return made;
  },
};

const plans = {
  provide: PlanRunner,
  inject: [CONFIG, Rollouts, Guard, PLAN_JOURNAL],
  useFactory: (
    { ROLLOUT_PLANS_FILE: file }: Config,
    made: Rollouts,
    measured: Guard,
    journal: RolloutJournal<PlanStep>,
  ) => {
    const targets = new Map<string, PlanTarget>(KINDS.map((kind) => [kind, new KindTarget(made.of(kind), measured)]));
    return new PlanRunner({
      journal,
      plans: plansIn(file),
      targetOf: (name) => targets.get(name),
      clock: systemClock,
      date: Date.now,
      instance: INSTANCE,
      log: LOG,
    });
  },
};

/** Who gets which provider (Rollouts), and what it does there (Guard, which is fed by the calls). */
@Module({
  imports: [DatabaseModule, RestModule, SttModule, LlmModule, TtsModule],
  controllers: [RolloutController, PlansController],
  providers: [guard, rollouts, plans],
  exports: [Rollouts, Guard, PlanRunner],
})
export class RolloutModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(Rollouts) private readonly made: Rollouts,
    @Inject(PlanRunner) private readonly runner: PlanRunner,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.made.start();
    await this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.close();
    await this.made.close();
  }
}
