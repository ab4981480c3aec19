import { Inject, Logger } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { CALL_FACTORY } from '../../calls/call.port.js';
import type { CallFactory } from '../../calls/call.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { CLOSE, STREAM_PATH } from '../../protocol/index.js';
import { GATEWAY_OBSERVER } from '../gateway-observer.port.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import { Sessions } from '../session/sessions.js';
import { Ticker } from '../transport/ticker.js';
import type { Admitted } from '../upgrade/admitted.js';
import { NativeSession } from './native-session.js';
import type { NativeSessionDeps } from './native-session.js';

/** The native wire at /v1/stream. Frames never pass through here: each session listens to its own socket. */
@WebSocketGateway({ path: STREAM_PATH })
export class NativeGateway implements OnGatewayConnection {
  private readonly deps: NativeSessionDeps;

  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(CALL_FACTORY) calls: CallFactory,
    @Inject(GATEWAY_OBSERVER) observer: GatewayObserver,
    @Inject(Ticker) ticker: Ticker,
    @Inject(CONFIG) config: Config,
  ) {
    this.deps = {
      calls,
      observer,
      ticker,
      limits: { maxSessionMs: config.STREAM_MAX_SESSION_MS, idleTimeoutMs: config.STREAM_IDLE_TIMEOUT_MS },
      log: new Logger('Session'),
    };
  }

  handleConnection(ws: WebSocket, _request: IncomingMessage, admitted: Admitted): void {
    try {
      this.sessions.add(new NativeSession(ws, admitted, this.deps));
    } catch (error) {
      // Nest would turn this into an uncaught exception, and nobody else would give the slot back.
      admitted.slot.release();
      ws.close(CLOSE.internal.code, CLOSE.internal.reason);
      this.deps.log.error({ msg: 'session could not be opened', err: error });
    }
  }
}
