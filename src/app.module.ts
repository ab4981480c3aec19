// The composition root: which adapter serves which port.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CALL_FACTORY, CallRefused } from './calls/call.port.js';
import type { CallFactory } from './calls/call.port.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/config.token.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const calls: CallFactory = {
      start: () => {
        throw new CallRefused('overloaded', 'This build has no providers wired in.');
      },
    };
    return {
      module: AppModule,
      global: true,
      imports: [ConfigModule.forRoot(config), TelemetryModule, GatewayModule],
      providers: [{ provide: CALL_FACTORY, useValue: calls }],
      exports: [CALL_FACTORY],
    };
  }
}
