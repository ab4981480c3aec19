import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** How long a test waits for a server that should hang up, ms. */
const PATIENCE_MS = 15_000;
/** ms. */
const POLL_MS = 3;

/** A TCP client that speaks only what the test says: for what no WebSocket library would do. */
export class RawClient {
  received = '';
  private constructor(readonly socket: Socket) {
    socket.on('data', (data: Buffer) => (this.received += data.toString('latin1')));
    // `close` follows.
    socket.on('error', () => undefined);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** An upgrade request for the native wire. */
  handshake(headers: Record<string, string> = {}, path = '/v1/stream'): void {
    const all = {
      Host: 'localhost',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Resolves when the server has hung up, and hangs up as well. */
  async hungUp(): Promise<void> {
    await this.until(() => this.socket.readableEnded || this.socket.destroyed, 'the server to hang up');
    this.socket.destroy();
  }

  /** Cuts the connection with a reset, as a crashed client does. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** A masked WebSocket frame of a client (RFC 6455 section 5.2). `length` may lie about the payload. */
export function clientFrame(opcode: number, payload: Buffer, length = payload.length): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | opcode]), maskedLength(length), mask, masked]);
}

function maskedLength(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const long = Buffer.alloc(length < 65_536 ? 3 : 9);
  long[0] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) long.writeUInt16BE(length, 1);
  else long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}
