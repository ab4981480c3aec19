// What the simulators of WebSocket APIs share: a server on a free port of 127.0.0.1, the faults of a handshake, and counts.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { drawMs } from './schedule.js';
import type { Delay } from './schedule.js';

export interface HandshakeKnobs {
  /** `refuse` drops the TCP connection, `hang` never answers, an object answers with that status instead of the 101. */
  readonly handshake?: 'refuse' | 'hang' | { readonly status: number; readonly headers?: Record<string, string> };
  readonly openDelay?: Delay;
}

export interface Refusal {
  readonly status: number;
  /** For the header in which the provider says what was wrong, if it has one. */
  readonly message: string;
}

export abstract class WebSocketSimulator<Knobs extends HandshakeKnobs> {
  /** Streams that were accepted, and handshakes that were not. */
  readonly counts = { accepted: 0, refused: 0, handshakes: 0 };
  private readonly server: Server;
  private readonly webSockets: WebSocketServer;
  private readonly sockets = new Set<Duplex>();

  /**
   * @param knobs the same for all connections, or by the connection's number (from 0)
   * @param compression agree to permessage-deflate when the client offers it
   */
  protected constructor(
    private readonly knobs: Knobs | ((connection: number) => Knobs) | undefined,
    compression = false,
  ) {
    this.webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: compression });
    this.server = createServer((_request, response) => {
      response.writeHead(404).end();
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.upgrade(request, socket, head);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** TCP connections that are open now. */
  get open(): number {
    return this.sockets.size;
  }

  /** Lets connections read again that a fault has stopped. */
  resume(): void {
    for (const webSocket of this.webSockets.clients) webSocket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  /** @param port 0 takes a free one */
  protected listen(port: number): Promise<void> {
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  /** What the provider refuses in a handshake; undefined when it accepts. */
  protected abstract faultOf(url: URL, request: IncomingMessage): Refusal | undefined;

  protected abstract accepted(webSocket: WebSocket, tcp: Duplex, url: URL, knobs: Knobs): void;

  /** Headers of a refusal besides those of HTTP. */
  protected refusalHeaders(_message: string): Record<string, string> {
    return {};
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const given = this.knobs;
    const knobs = typeof given === 'function' ? given(this.counts.handshakes) : (given ?? ({} as Knobs));
    this.counts.handshakes += 1;
    const { handshake } = knobs;
    if (handshake === 'hang') {
      socket.on('end', () => socket.destroy()).resume(); // read on, to see the client leave
      return;
    }
    if (handshake === 'refuse') return void socket.destroy();
    if (typeof handshake === 'object') return this.refuse(socket, handshake.status, 'as told', handshake.headers);
    const url = new URL(request.url ?? '/', 'http://simulator');
    const fault = this.faultOf(url, request);
    if (fault !== undefined) return this.refuse(socket, fault.status, fault.message);
    setTimeout(() => {
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.counts.accepted += 1;
        this.accepted(webSocket, socket, url, knobs);
      });
    }, drawMs(knobs.openDelay));
  }

  private refuse(socket: Duplex, status: number, message: string, headers: Record<string, string> = {}): void {
    this.counts.refused += 1;
    const lines = Object.entries({
      ...this.refusalHeaders(message),
      ...headers,
      connection: 'close',
      'content-length': '0',
    });
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  }
}
