import { Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { Registry } from 'prom-client';
import { CALL_RECORDER } from '../calls/call-record.port.js';
import type { CallRecorder } from '../calls/call-recorder.js';
import { CONFIG } from '../config/config.token.js';
import { DatabaseModule } from '../database/database.module.js';
import { GATEWAY_OBSERVER } from '../gateway/gateway-observer.port.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { AppLogger } from './app-logger.js';
import { CallMetrics } from './call-metrics.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { loggerParams } from './logging.js';
import { MetricsController } from './metrics.controller.js';
import { watchProcess } from './process-metrics.js';
import { watchProviders } from './provider-metrics.js';
import { watchRecords } from './record-metrics.js';

/** Logs and metrics: watches the gateway (GATEWAY_OBSERVER) and the calls (CallMetrics). */
@Global()
@Module({
  imports: [LoggerModule.forRootAsync({ inject: [CONFIG], useFactory: loggerParams }), DatabaseModule],
  controllers: [MetricsController],
  providers: [
    AppLogger,
    {
      provide: Registry,
      inject: [ProviderHealth, ProviderOutcomes, CALL_RECORDER],
      useFactory: (health: ProviderHealth, outcomes: ProviderOutcomes, recorder: CallRecorder) => {
        const registry = new Registry();
        watchProcess(registry);
        watchProviders(registry, health, outcomes);
        watchRecords(registry, recorder);
        return registry;
      },
    },
    { provide: GATEWAY_OBSERVER, inject: [Registry], useFactory: (registry: Registry) => new GatewayMetrics(registry) },
    { provide: CallMetrics, inject: [Registry], useFactory: (registry: Registry) => new CallMetrics(registry) },
  ],
  exports: [GATEWAY_OBSERVER, CallMetrics, AppLogger],
})
export class TelemetryModule {}
