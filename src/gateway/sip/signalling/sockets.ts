import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Logger } from '@nestjs/common';
import type { Flow, OnMessage } from './flow.js';
import { StreamFramer } from './stream-framer.js';

/** TCP connections at once; a trunk has a few. */
const MAX_CONNECTIONS = 256;
/** A connection without a call on which nothing comes for so long is closed, ms: keep-alives come every two minutes at most. */
const IDLE_MS = 180_000;
/** Bytes that a TCP peer may leave unread before it is cut off. */
const MAX_UNREAD_BYTES = 256 * 1024;

export interface SocketOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether anybody at this address may open a TCP connection. */
  readonly allows: (address: string) => boolean;
  readonly onMessage: OnMessage;
  readonly log: Pick<Logger, 'warn'>;
  /** How long a TCP connection without a call may be silent, ms. */
  readonly idleMs?: number;
}

/** The two sockets of the endpoint, UDP and TCP, on one port. What comes is passed on as it is. */
export class SipSockets {
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    readonly port: number,
  ) {}

  /** Rejects with Node's error (EADDRINUSE, EACCES, ...) when one of them cannot be bound; then neither is. */
  static async bind(options: SocketOptions): Promise<SipSockets> {
    const tcp = createServer();
    const port = await listening(tcp, options);
    const udp = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
    try {
      await bound(udp, options.host, port);
    } catch (error) {
      tcp.close();
      throw error;
    }
    const sockets = new SipSockets(udp, tcp, port);
    sockets.listen(options);
    return sockets;
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.udp.close(resolve)),
      new Promise<void>((resolve) => void this.tcp.close(() => resolve())),
    ]);
  }

  private listen({ allows, onMessage, log, idleMs = IDLE_MS }: SocketOptions): void {
    const { udp, tcp } = this;
    udp.on('message', (bytes, { address, port }) => onMessage(bytes, udpFlow(udp, address, port)));
    udp.on('error', (error) => log.warn({ msg: 'SIP over UDP', err: error }));
    tcp.on('error', (error) => log.warn({ msg: 'SIP over TCP', err: error }));
    tcp.on('connection', (socket) => {
      const address = plainAddress(socket.remoteAddress ?? '');
      if (this.connections.size >= MAX_CONNECTIONS || !allows(address)) socket.destroy();
      else this.serve(socket, { address, onMessage, idleMs });
    });
  }

  private serve(
    socket: Socket,
    {
      address,
      onMessage,
      idleMs,
    }: { readonly address: string; readonly onMessage: OnMessage; readonly idleMs: number },
  ): void {
    this.connections.add(socket);
    const framer = new StreamFramer();
    const uses = new Uses(() => socket.setTimeout(idleMs));
    const flow = tcpFlow(socket, address, uses);
    socket.setTimeout(idleMs);
    socket.on('timeout', () => {
      if (!uses.isHeld) socket.destroy();
    });
    // `close` follows every error.
    socket.on('error', () => undefined);
    socket.on('close', () => this.connections.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      const messages = framer.push(chunk);
      if (messages === undefined) socket.destroy();
      else for (const bytes of messages) onMessage(bytes, flow);
    });
  }
}

const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

function udpFlow(socket: UdpSocket, address: string, port: number): Flow {
  return {
    transport: 'udp',
    address,
    port,
    send: (text) => {
      try {
        socket.send(text, port, address, () => undefined);
      } catch {
        // The socket is closed: the server stops.
      }
    },
    at: (other) => udpFlow(socket, address, other),
    hold: () => () => undefined,
  };
}

/** Calls that go on over a connection. */
class Uses {
  private readonly holders = new Set<object>();

  /** `onFree`: the last of them is over. */
  constructor(private readonly onFree: () => void) {}

  get isHeld(): boolean {
    return this.holders.size > 0;
  }

  hold(): () => void {
    const holder = {};
    this.holders.add(holder);
    return () => {
      if (this.holders.delete(holder) && !this.isHeld) this.onFree();
    };
  }
}

function tcpFlow(socket: Socket, address: string, uses: Uses): Flow {
  const flow: Flow = {
    transport: 'tcp',
    address,
    port: socket.remotePort ?? 0,
    send: (text) => {
      if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
      else if (socket.writable) socket.write(text);
    },
    at: () => flow,
    hold: () => uses.hold(),
  };
  return flow;
}

async function listening(server: Server, { host, port }: Pick<SocketOptions, 'host' | 'port'>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Binds the socket. Rejects with Node's error. */
export async function bound(socket: UdpSocket, address: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
