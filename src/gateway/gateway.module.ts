import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { HealthController } from './http/health.controller.js';
import { StreamController } from './http/stream.controller.js';
import { NativeGateway } from './native/native.gateway.js';
import { Sessions } from './session/sessions.js';
import { Ticker } from './transport/ticker.js';
import { Admission } from './upgrade/admission.js';
import { Handshakes } from './upgrade/handshakes.js';

/** The transport. Needs CALL_FACTORY and GATEWAY_OBSERVER from the application's global providers. */
@Module({
  imports: [AuthModule, LimitsModule],
  controllers: [HealthController, StreamController],
  providers: [Ticker, Sessions, Admission, Handshakes, NativeGateway],
  exports: [Sessions],
})
export class GatewayModule {}
