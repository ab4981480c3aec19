import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { bound } from '../signalling/sockets.js';

/** Ports that somebody else may have; more in a row mean that the range is not ours. */
const MAX_TRIES = 32;

export interface RtpSocket {
  readonly socket: Socket;
  readonly port: number;
  /** Closes the socket and gives its port back. Idempotent. */
  release(): void;
}

/** The even UDP ports of a range (the odd one above each is its RTCP's), one a call. */
export class RtpPorts {
  private readonly used = new Set<number>();
  private readonly count: number;
  private turn = 0;

  /** Both ends count. */
  constructor(
    private readonly host: string,
    private readonly first: number,
    last: number,
  ) {
    this.first = first + (first % 2);
    this.count = Math.max(0, Math.floor((last - this.first) / 2) + 1);
  }

  get inUse(): number {
    return this.used.size;
  }

  /** A bound socket; undefined when no port is free. The one that was given back longest ago comes first. */
  async take(): Promise<RtpSocket | undefined> {
    for (let tried = 0, looked = 0; tried < MAX_TRIES && looked < this.count; looked += 1) {
      const port = this.first + 2 * (this.turn % this.count);
      this.turn += 1;
      if (this.used.has(port)) continue;
      tried += 1;
      this.used.add(port);
      const socket = createSocket(isIPv6(this.host) ? 'udp6' : 'udp4');
      try {
        await bound(socket, this.host, port);
        return this.taken(socket, port);
      } catch {
        // Another program has it: the next one.
        socket.close();
        this.used.delete(port);
      }
    }
    return undefined;
  }

  private taken(socket: Socket, port: number): RtpSocket {
    let held = true;
    return {
      socket,
      port,
      release: () => {
        if (!held) return;
        held = false;
        // The port is free when the socket is.
        socket.close(() => this.used.delete(port));
      },
    };
  }
}
