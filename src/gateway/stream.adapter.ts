import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocketServer } from 'ws';
import { SUBPROTOCOL } from '../protocol/index.js';
import { CLOSE_TIMEOUT_MS, MAX_PAYLOAD_BYTES } from './session/session-limits.js';
import { Handshakes } from './upgrade/handshakes.js';

const SOCKET_OPTIONS = {
  // Speech does not compress, and zlib would cost more memory and time than everything else together.
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD_BYTES,
  // A message of many tiny fragments would cost more than its bytes.
  maxFragments: 256,
  closeTimeout: CLOSE_TIMEOUT_MS,
  handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
};

/**
 * Nest's `ws` adapter with two things of its own: upgrades pass through Handshakes before the 101, and messages are not
 * dispatched by Nest (its JSON.parse of every frame costs 45 % more CPU), but read by the gateway from the raw socket.
 */
export class StreamAdapter extends WsAdapter {
  private readonly upgrades = new Map<Server, (request: IncomingMessage, socket: Socket, head: Buffer) => void>();
  private readonly handshakes: Handshakes;

  constructor(app: INestApplication) {
    super(app);
    this.handshakes = app.get(Handshakes);
  }

  override create(port: number, options: Record<string, unknown> = {}): unknown {
    return super.create(port, { ...options, ...SOCKET_OPTIONS });
  }

  override bindMessageHandlers(): void {
    // The gateway listens to the socket itself.
  }

  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    server.on('error', (error) => this.logger.error(error));
    // With a listener here, ws leaves the answer to a bad handshake to us.
    server.on('wsClientError', () => undefined);
    return server;
  }

  override async dispose(): Promise<void> {
    for (const [server, listener] of this.upgrades) server.off('upgrade', listener);
    this.upgrades.clear();
    await super.dispose();
  }

  protected override ensureHttpServerExists(port: number, httpServer?: Server): Server | undefined {
    if (httpServer === undefined || this.httpServersRegistry.has(port)) return httpServer;
    this.httpServersRegistry.set(port, httpServer);
    const onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
      void this.handshakes.handle(request, socket, head, this.serverOf(port, request.url));
    };
    httpServer.on('upgrade', onUpgrade);
    this.upgrades.set(httpServer, onUpgrade);
    return httpServer;
  }

  private serverOf(port: number, url = ''): WebSocketServer | undefined {
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const servers = (this.wsServersRegistry.get(port) ?? []) as (WebSocketServer & { path: string })[];
    return servers.find((server) => server.path === path);
  }
}
