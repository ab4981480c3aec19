import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ArtifactsController } from './http/artifacts.controller.js';
import { HealthController } from './http/health.controller.js';
import { StreamController } from './http/stream.controller.js';
import { NativeGateway } from './native/native.gateway.js';
import { Sessions } from './session/sessions.js';
import { Ticker } from './transport/ticker.js';
import { Admission } from './upgrade/admission.js';
import { Handshakes } from './upgrade/handshakes.js';

/** The transport. Takes CALL_FACTORY, GATEWAY_OBSERVER and, for charts, ARTIFACT_READER from global modules. */
@Module({
  imports: [AuthModule, LimitsModule],
  controllers: [HealthController, StreamController, ArtifactsController],
  providers: [Ticker, Sessions, Admission, Handshakes, NativeGateway],
  exports: [Sessions],
})
export class GatewayModule {}
