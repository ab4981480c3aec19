import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { Registry } from 'prom-client';
import { RestModule } from '../rest/rest.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { FAULT_REPORTS } from '../calls/fault-reports.port.js';
import { EventLoopModule } from '../eventloop/eventloop.module.js';
import { LoopMeter } from '../eventloop/loop-meter.js';
import { GATEWAY_OBSERVER } from '../gateway/gateway-observer.port.js';
import { TRANSCRIPTION_OBSERVER } from '../transcription/transcription-observer.port.js';
import { AppLogger } from './app-logger.js';
import { CallMetrics } from './call-metrics.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { HostMetrics } from './host-metrics.js';
import { loggerParams } from './logging.js';
import { MetricsController } from './metrics.controller.js';
import { tellVersion, watchProcess } from './process-metrics.js';
import { CallFaultReports } from './faults/call-fault-reports.js';
import { type FaultSender, NOBODY, openFaultSender } from './faults/fault-sender.js';
import { openTracing, TRACING } from './tracing/call-tracing.js';
import type { Tracing } from './tracing/call-tracing.js';
import { TranscriptionMetrics } from './transcription-metrics.js';

/** Logs and metrics: watches the gateway, the calls and one-shot transcription (each by its observer's token). */
@Global()
@Module({
  imports: [EventLoopModule, RestModule, LoggerModule.forRootAsync({ inject: [CONFIG], useFactory: loggerParams })],
  controllers: [MetricsController],
  providers: [
    AppLogger,
    {
      provide: Registry,
      inject: [CONFIG, LoopMeter],
      useFactory: ({ version }: Config, meter: LoopMeter) => {
        const registry = new Registry();
        watchProcess(registry, meter);
        tellVersion(registry, version);
        return registry;
      },
    },
    {
      provide: HostMetrics,
      inject: [Registry, CONFIG],
      useFactory: (registry: Registry, { PARLEY_DATA_DIR: dataDir }: Config) =>
        new HostMetrics({ registry, dataDir, log: new Logger('Metrics') }),
    },
    {
      provide: TRACING,
      inject: [CONFIG],
      useFactory: async (config: Config): Promise<Tracing | undefined> => {
        const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = config;
        return endpoint === undefined
          ? undefined
          : openTracing({ endpoint, headers, serviceName: config.OTEL_SERVICE_NAME, version: config.version.full });
      },
    },
    {
      provide: FAULT_REPORTS,
      inject: [CONFIG],
      useFactory: async ({ SENTRY_DSN: dsn, NODE_ENV: environment, version }: Config): Promise<FaultSender> =>
        dsn === undefined
          ? NOBODY
          : openFaultSender(dsn, { release: `parley@${version.full}`, environment, folder: process.cwd() }),
    },
    {
      provide: CallFaultReports,
      inject: [FAULT_REPORTS],
      useFactory: (reports: FaultSender) => new CallFaultReports(reports),
    },
    { provide: GATEWAY_OBSERVER, inject: [Registry], useFactory: (registry: Registry) => new GatewayMetrics(registry) },
    {
      provide: TRANSCRIPTION_OBSERVER,
      inject: [Registry],
      useFactory: (registry: Registry) => new TranscriptionMetrics(registry),
    },
    { provide: CallMetrics, inject: [Registry], useFactory: (registry: Registry) => new CallMetrics(registry) },
  ],
  exports: [
    TRACING,
    FAULT_REPORTS,
    CallFaultReports,
    GATEWAY_OBSERVER,
    TRANSCRIPTION_OBSERVER,
    CallMetrics,
    AppLogger,
    Registry,
  ],
})
export class TelemetryModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(HostMetrics) private readonly metrics: HostMetrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TRACING) private readonly tracing: Tracing | undefined,
    @Inject(FAULT_REPORTS) private readonly faults: FaultSender,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.workers > 1) await this.metrics.open();
  }

  async onApplicationShutdown(): Promise<void> {
    this.metrics.close();
    await Promise.all([this.tracing?.close(), this.faults.close()]);
  }
}
