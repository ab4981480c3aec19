// The composition root: which adapter serves which port.
import { Logger, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AgentsModule } from './agents/agents.module.js';
import { ReleasesModule } from './agents/releases/releases.module.js';
import { BusinessModule } from './business/business.module.js';
import { ToolsModule } from './business/tools.module.js';
import { CALL_RECORDER } from './database/calls/call-record.port.js';
import type { CallRecorder } from './calls/records/call-recorder.js';
import { CALL_SOUNDS } from './calls/call-sound.port.js';
import { CALL_OBSERVERS, type CallObserver } from './calls/call-observer.port.js';
import { CALLS } from './calls/call.port.js';
import type { LiveCalls } from './calls/live-calls.js';
import { EventLoopModule } from './eventloop/eventloop.module.js';
import { LoopMeter } from './eventloop/loop-meter.js';
import { CallTrace } from './calls/call-trace.js';
import { CallsModule } from './calls/calls.module.js';
import { ObserversModule } from './calls/observers.module.js';
import { ConfigModule } from './config/config.module.js';
import { CONFIG } from './config/config.token.js';
import type { Config } from './config/config.token.js';
import { ConsoleModule } from './console/console.module.js';
import { Database } from './database/database.js';
import { QUEUE_DEPTHS } from './database/queues/queue-depths.port.js';
import type { QueueDepths } from './database/queues/queue-depths.port.js';
import { DATABASE_CONDITION } from './database/database-condition.port.js';
import { DatabaseModule } from './database/database.module.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { ARTIFACT_READER } from './gateway/http/artifact-store.port.js';
import { HistoryModule } from './history/history.module.js';
import { LlmModule } from './llm/llm.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { ProviderHealth } from './provider/health.js';
import { ProviderHedges } from './provider/provider-hedges.js';
import { ProviderOutcomes } from './provider/provider-outcomes.js';
import { ProviderModule } from './provider/provider.module.js';
import { RecordingModule } from './recording/recording.module.js';
import { Recordings } from './recording/recordings.js';
import { RedisModule } from './redis/redis.module.js';
import { DocsModule } from './rest/docs.module.js';
import { GuardFeed } from './calls/guard-feed.js';
import { RolloutModule } from './rollout/rollout.module.js';
import { SttModule } from './stt/stt.module.js';
import { LiveBoard } from './supervision/live-board.js';
import { SupervisionModule } from './supervision/supervision.module.js';
import { SummariesModule } from './summaries/summaries.module.js';
import { CallMetrics } from './telemetry/call-metrics.js';
import { CallFaultReports } from './telemetry/faults/call-fault-reports.js';
import { watchHedges, watchProviders } from './telemetry/provider-metrics.js';
import { watchQueues } from './telemetry/queue-metrics.js';
import { watchRecords } from './telemetry/record-metrics.js';
import { watchStalls } from './telemetry/stall-metrics.js';
import { CALL_TRACE } from './telemetry/logging.js';
import { TRACING } from './telemetry/tracing/call-tracing.js';
import type { Tracing } from './telemetry/tracing/call-tracing.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { ArtifactStore } from './tools/artifact-store.js';
import { TranscriptionModule } from './transcription/transcription.module.js';
import { TtsModule } from './tts/tts.module.js';
import { UsageModule } from './usage/usage.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Who hears of all that happens in calls, in this order. */
const observers = {
  provide: CALL_OBSERVERS,
  inject: [CONFIG, TRACING, CallMetrics, CALL_RECORDER, GuardFeed, Recordings, LiveBoard, CallFaultReports],
  useFactory: ({ STREAM_DEBUG: debug }: Config, tracing: Tracing | undefined, ...all: CallObserver[]) => [
    ...all,
    ...(tracing === undefined ? [] : [tracing.observer]),
    ...(debug === 'off' ? [] : [new CallTrace(new Logger(CALL_TRACE))]),
  ],
};

/** What the metrics watch besides the gateway and the calls. */
const watching = {
  provide: 'watching',
  inject: [Registry, ProviderHealth, ProviderOutcomes, ProviderHedges, CALL_RECORDER, LoopMeter, CALLS, QUEUE_DEPTHS],
  useFactory: (
    registry: Registry,
    health: ProviderHealth,
    outcomes: ProviderOutcomes,
    hedges: ProviderHedges,
    recorder: CallRecorder,
    meter: LoopMeter,
    calls: LiveCalls,
    depths: QueueDepths,
  ) => {
    watchProviders(registry, health, outcomes);
    watchHedges(registry, hedges);
    watchRecords(registry, recorder);
    watchQueues(registry, depths);
    watchStalls(registry, meter, calls, new Logger('Loop'));
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
        EventLoopModule,
        TelemetryModule,
        ProviderModule,
        RedisModule,
        BusinessModule,
        DatabaseModule,
        ToolsModule,
        AgentsModule,
        ReleasesModule,
        SttModule,
        LlmModule,
        TtsModule,
        UsageModule,
        RolloutModule,
        ObserversModule,
        CallsModule.forRoot(),
        GatewayModule.speaking(),
        TranscriptionModule,
        HistoryModule,
        WebhooksModule,
        OutboundModule.forRoot(),
        RecordingModule,
        SummariesModule,
        SupervisionModule,
        DocsModule,
        ConsoleModule,
      ],
      providers: [
        LiveBoard,
        observers,
        watching,
        { provide: ARTIFACT_READER, useExisting: ArtifactStore },
        { provide: CALL_SOUNDS, useExisting: Recordings },
        { provide: DATABASE_CONDITION, useExisting: Database },
      ],
      exports: [
        CALL_OBSERVERS,
        CALL_SOUNDS,
        DATABASE_CONDITION,
        LiveBoard,
        CallsModule,
        OutboundModule,
        ObserversModule,
        ARTIFACT_READER,
        RecordingModule,
      ],
    };
  }
}
