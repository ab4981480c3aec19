import { Inject } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Admitted } from './door/admitted.js';
import { Sessions } from './session/sessions.js';
import type { Wire } from './session/wire.js';

/** Nest's gateway of a wire. Frames never pass through here: each session listens to its own socket. */
export function gatewayOf(wire: Wire): Type<OnGatewayConnection> {
  @WebSocketGateway({ path: wire.path })
  class WireGateway implements OnGatewayConnection {
    constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

    handleConnection(ws: WebSocket, _request: IncomingMessage, admitted: Admitted): void {
      this.sessions.open(ws, admitted, wire);
    }
  }
  return WireGateway;
}
