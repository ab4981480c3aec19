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
import { Guard } from './guard.js';
import { MemoryRolloutStore } from './memory-store.js';
import { RedisRolloutStore } from './redis-store.js';
import { RolloutMetrics, watchRollouts } from './rollout-metrics.js';
import { RolloutController } from './rollout.controller.js';
import { Rollouts } from './rollouts.js';

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
    const logger = new Logger('Rollout');
    const log = { info: (line: object) => logger.log(line), warn: (line: object) => logger.warn(line) };
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
        store: redis === undefined ? new MemoryRolloutStore() : new RedisRolloutStore(redis, log.warn),
        guard: measured,
        log,
        instance: `${hostname()}:${process.pid}`,
        date: Date.now,
        onHold: (kind, hold) => metrics.held(kind, hold),
      },
      systemClock,
    );
    watchRollouts(registry, () => made.view());
    return made;
  },
};

/** Who gets which provider (Rollouts), and what it does there (Guard, which is fed by the calls). */
@Module({
  imports: [RestModule, SttModule, LlmModule, TtsModule],
  controllers: [RolloutController],
  providers: [guard, rollouts],
  exports: [Rollouts, Guard],
})
export class RolloutModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Rollouts) private readonly made: Rollouts) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.made.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.made.close();
  }
}
