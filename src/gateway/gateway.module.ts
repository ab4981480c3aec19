import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from '../identity/auth.module.js';
import { OpusModule } from '../opus/opus.module.js';
import { RestModule } from '../rest/rest.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { Admission } from './door/admission.js';
import { Handshakes } from './door/handshakes.js';
import { RefusalLog } from './door/refusal-log.js';
import { ArtifactsController } from './http/artifacts.controller.js';
import { HttpFaults } from './http/http-faults.js';
import { HealthController } from './http/health.controller.js';
import { StreamController } from './http/stream.controller.js';
import { Sessions } from './session/sessions.js';
import { SipEndpoint } from './sip/sip-endpoint.js';
import { WIRES } from './session/wire.js';
import type { Wire } from './session/wire.js';
import { Ticker } from './transport/ticker.js';
import { Capabilities } from './twilio/capability.js';
import { TwilioVoiceController } from './twilio/voice.controller.js';
import { gatewayOf } from './wire.gateway.js';
import { SPOKEN_WIRES } from './wires.js';

/** The transport. Takes CALLS, GATEWAY_OBSERVER and, for charts, ARTIFACT_READER from global modules. */
@Module({})
export class GatewayModule {
  static speaking(wires: readonly Wire[] = SPOKEN_WIRES): DynamicModule {
    return {
      module: GatewayModule,
      imports: [AuthModule, LimitsModule, OpusModule, RestModule],
      controllers: [HealthController, StreamController, ArtifactsController, TwilioVoiceController],
      providers: [
        Ticker,
        Sessions,
        Admission,
        Handshakes,
        RefusalLog,
        HttpFaults,
        SipEndpoint,
        Capabilities,
        { provide: WIRES, useValue: wires },
        ...new Set(wires.map(({ door }) => door)),
        ...wires.map(gatewayOf),
      ],
      exports: [Sessions],
    };
  }
}
