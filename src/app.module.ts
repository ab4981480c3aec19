// The composition root: which adapter serves which port.
import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AgentFiles } from './agents/agent-files.js';
import { AgentsModule } from './agents/agents.module.js';
import { Apologies } from './calls/apologies.js';
import { CALL_RECORDER } from './calls/call-record.port.js';
import type { CallRecorder } from './calls/call-recorder.js';
import type { CallObserver } from './calls/call-observer.port.js';
import { CALL_FACTORY } from './calls/call.port.js';
import { ConversationCalls } from './calls/call-factory.js';
import { ConfigModule } from './config/config.module.js';
import { CONFIG } from './config/config.token.js';
import type { Config } from './config/config.token.js';
import { systemClock } from './conversation/system-clock.js';
import { DatabaseModule } from './database/database.module.js';
import { EnvelopeEcho } from './echo/envelope-echo.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { ARTIFACT_READER } from './gateway/http/artifact-store.port.js';
import { LlmModule, LlmShelf } from './llm/llm.module.js';
import { ProviderHealth } from './provider/health.js';
import { ProviderHedges } from './provider/provider-hedges.js';
import { ProviderOutcomes } from './provider/provider-outcomes.js';
import { ProviderModule } from './provider/provider.module.js';
import { RedisModule } from './redis/redis.module.js';
import { DefaultVoice } from './rollout/default-voice.js';
import { GuardFeed } from './rollout/guard-feed.js';
import { RolloutModule } from './rollout/rollout.module.js';
import { Rollouts } from './rollout/rollouts.js';
import { SttModule, SttShelf } from './stt/stt.module.js';
import { CallMetrics } from './telemetry/call-metrics.js';
import { watchHedges, watchProviders } from './telemetry/provider-metrics.js';
import { watchRecords } from './telemetry/record-metrics.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { ArtifactStore } from './tools/artifact-store.js';
import type { ToolRunner } from './tools/tool.port.js';
import { TOOL_RUNNER } from './tools/tool-runner.js';
import { ToolsModule } from './tools/tools.module.js';
import { TranscriptionModule } from './transcription/transcription.module.js';
import { TtsModule, TtsShelf } from './tts/tts.module.js';
import type { VoiceActivityDetector } from './vad/vad.port.js';
import { VadModule } from './vad/vad.module.js';
import { VOICE_ACTIVITY } from './vad/voice-activity.module.js';

const calls = {
  provide: CALL_FACTORY,
  inject: [
    CONFIG,
    AgentFiles,
    SttShelf,
    LlmShelf,
    TtsShelf,
    Rollouts,
    TOOL_RUNNER,
    VOICE_ACTIVITY,
    CallMetrics,
    CALL_RECORDER,
    GuardFeed,
  ],
  useFactory: (
    config: Config,
    agents: AgentFiles,
    stt: SttShelf,
    llm: LlmShelf,
    tts: TtsShelf,
    rollouts: Rollouts,
    tools: ToolRunner,
    vad: VoiceActivityDetector,
    ...observers: CallObserver[]
  ) =>
    new ConversationCalls(
      agents,
      {
        stt: (chain, userId) => stt.get(chain ?? rollouts.chainFor('stt', userId)),
        llm: (chain, userId) => llm.get(chain ?? rollouts.chainFor('llm', userId)),
        tts: (chain, userId) => {
          const rolledOut = chain === undefined ? rollouts.chainFor('tts', userId) : undefined;
          const voice = tts.get(chain ?? rolledOut);
          const isOwn = rolledOut === undefined || rolledOut[0] === config.STREAM_TTS_PROVIDER[0];
          return isOwn ? voice : new DefaultVoice(voice);
        },
        vad,
        echo: new EnvelopeEcho(),
      },
      tools,
      systemClock,
      observers,
      {
        defaultAgent: config.DEFAULT_AGENT,
        voice: config.VOICE_ID,
        apologies: new Apologies({ folder: join(config.PARLEY_DATA_DIR, 'apologies'), log: new Logger('Apologies') }),
      },
    ),
};

/** What the metrics watch besides the gateway and the calls. */
const watching = {
  provide: 'watching',
  inject: [Registry, ProviderHealth, ProviderOutcomes, ProviderHedges, CALL_RECORDER],
  useFactory: (
    registry: Registry,
    health: ProviderHealth,
    outcomes: ProviderOutcomes,
    hedges: ProviderHedges,
    recorder: CallRecorder,
  ) => {
    watchProviders(registry, health, outcomes);
    watchHedges(registry, hedges);
    watchRecords(registry, recorder);
    return true;
  },
};

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        ConfigModule.forRoot(config),
        TelemetryModule,
        ProviderModule,
        RedisModule,
        DatabaseModule,
        ToolsModule,
        AgentsModule,
        SttModule,
        LlmModule,
        TtsModule,
        VadModule,
        RolloutModule,
        GatewayModule,
        TranscriptionModule,
      ],
      providers: [calls, watching, { provide: ARTIFACT_READER, useExisting: ArtifactStore }],
      exports: [CALL_FACTORY, ARTIFACT_READER],
    };
  }
}
