// The composition root: which adapter serves which port.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AgentFiles } from './agents/agent-files.js';
import { AgentsModule } from './agents/agents.module.js';
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
import { GatewayModule } from './gateway/gateway.module.js';
import { ARTIFACT_READER } from './gateway/http/artifact-store.port.js';
import { LlmModule, LlmShelf } from './llm/llm.module.js';
import { ProviderHealth } from './provider/health.js';
import { ProviderOutcomes } from './provider/provider-outcomes.js';
import { ProviderModule } from './provider/provider.module.js';
import { SttModule, SttShelf } from './stt/stt.module.js';
import { CallMetrics } from './telemetry/call-metrics.js';
import { watchProviders } from './telemetry/provider-metrics.js';
import { watchRecords } from './telemetry/record-metrics.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { ArtifactStore } from './tools/artifact-store.js';
import type { ToolRunner } from './tools/tool.port.js';
import { TOOL_RUNNER } from './tools/tool-runner.js';
import { ToolsModule } from './tools/tools.module.js';
import { TtsModule, TtsShelf } from './tts/tts.module.js';
import type { VoiceActivityDetector } from './vad/vad.port.js';
import { VOICE_ACTIVITY, VadModule } from './vad/vad.module.js';

const calls = {
  provide: CALL_FACTORY,
  inject: [CONFIG, AgentFiles, SttShelf, LlmShelf, TtsShelf, TOOL_RUNNER, VOICE_ACTIVITY, CallMetrics, CALL_RECORDER],
  useFactory: (
    config: Config,
    agents: AgentFiles,
    stt: SttShelf,
    llm: LlmShelf,
    tts: TtsShelf,
    tools: ToolRunner,
    vad: VoiceActivityDetector,
    ...observers: CallObserver[]
  ) =>
    new ConversationCalls(
      agents,
      {
        stt: (chain) => stt.get(chain),
        llm: (chain) => llm.get(chain),
        tts: (chain) => tts.get(chain),
        vad,
      },
      tools,
      systemClock,
      observers,
      { defaultAgent: config.DEFAULT_AGENT, voice: config.VOICE_ID },
    ),
};

/** What the metrics watch besides the gateway and the calls. */
const watching = {
  provide: 'watching',
  inject: [Registry, ProviderHealth, ProviderOutcomes, CALL_RECORDER],
  useFactory: (registry: Registry, health: ProviderHealth, outcomes: ProviderOutcomes, recorder: CallRecorder) => {
    watchProviders(registry, health, outcomes);
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
        DatabaseModule,
        ToolsModule,
        AgentsModule,
        SttModule,
        LlmModule,
        TtsModule,
        VadModule,
        GatewayModule,
      ],
      providers: [calls, watching, { provide: ARTIFACT_READER, useExisting: ArtifactStore }],
      exports: [CALL_FACTORY, ARTIFACT_READER],
    };
  }
}
