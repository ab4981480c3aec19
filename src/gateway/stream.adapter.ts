import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocketServer } from 'ws';
import { Handshakes } from './door/handshakes.js';
import type { Listener } from './door/handshakes.js';
import { maxPayloadBytes, WIRES } from './session/wire.js';
import type { Wire } from './session/wire.js';

const SOCKET_OPTIONS = {
  // Speech does not compress, and zlib would cost more memory and time than everything else together.
  perMessageDeflate: false,
  // A message of many tiny fragments would cost more than its bytes.
  maxFragments: 256,
};

/**
 * Nest's `ws` adapter with two things of its own: upgrades pass through Handshakes before the 101, and messages are not
 * dispatched by Nest (its JSON.parse of every frame costs 45 % more CPU), but read by the gateway from the raw socket.
 */
export class StreamAdapter extends WsAdapter {
  private readonly upgrades = new Map<Server, (request: IncomingMessage, socket: Socket, head: Buffer) => void>();
  private readonly handshakes: Handshakes;
  private readonly wires: readonly Wire[];

  constructor(app: INestApplication) {
    super(app);
    this.handshakes = app.get(Handshakes);
    this.wires = app.get<readonly Wire[]>(WIRES);
  }

  override create(port: number, options: Record<string, unknown> = {}): unknown {
    const wire = this.wires.find(({ path }) => path === options['path']);
    if (wire === undefined) throw new Error(`no wire is spoken at ${String(options['path'])}`);
    const { subprotocol } = wire;
    return super.create(port, {
      ...options,
      ...SOCKET_OPTIONS,
      maxPayload: maxPayloadBytes(wire),
      closeTimeout: wire.patience.closeMs,
      handleProtocols: (offered: Set<string>) =>
        subprotocol !== undefined && offered.has(subprotocol) ? subprotocol : false,
    });
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
      void this.handshakes.handle(request, socket, head, this.listenerAt(port, request.url));
    };
    httpServer.on('upgrade', onUpgrade);
    this.upgrades.set(httpServer, onUpgrade);
    return httpServer;
  }

  private listenerAt(port: number, url = ''): Listener | undefined {
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const servers = (this.wsServersRegistry.get(port) ?? []) as (WebSocketServer & { path: string })[];
    const server = servers.find((candidate) => candidate.path === path);
    const wire = this.wires.find((candidate) => candidate.path === path);
    return server === undefined || wire === undefined ? undefined : { server, wire };
  }
}
