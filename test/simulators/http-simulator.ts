// What the simulators of HTTP APIs share: a server on a free port of 127.0.0.1 that counts its connections and requests.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** The same for all requests of a kind, or by the request's number (from 0 for each kind). */
export type PerRequest<Knobs> = Knobs | ((request: number) => Knobs);

export const knobsOf = <Knobs>(given: PerRequest<Knobs> | undefined, request: number): Knobs | undefined =>
  typeof given === 'function' ? (given as (request: number) => Knobs)(request) : given;

export interface HttpCounts {
  connections: number;
  finished: number;
  aborted: number;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;

export abstract class HttpSimulator {
  abstract readonly counts: HttpCounts;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Connections that the server has closed as a request was on its way. */
  private readonly closing = new WeakSet<Socket>();
  private running = 0;

  protected constructor() {
    this.server = createServer((request, response) => {
      this.take(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
    this.server.on('connection', (socket) => {
      this.counts.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** TCP connections that are open now (idle ones are kept alive). */
  get open(): number {
    return this.sockets.size;
  }

  /** Requests that are being answered now. */
  get active(): number {
    return this.running;
  }

  /** Idle connections end just when somebody wants to use them, as with a server that keeps them for a shorter time. */
  closeIdleAtRequest(): void {
    for (const socket of this.sockets) this.closing.add(socket);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.server.close(resolve);
    });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** @param port 0 takes a free one */
  protected listen(port: number): Promise<void> {
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  protected abstract answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void;

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.closing.has(request.socket)) {
      request.socket.destroy();
      return;
    }
    this.running += 1;
    response.on('close', () => {
      this.running -= 1;
      if (response.writableFinished) this.counts.finished += 1;
      else this.counts.aborted += 1;
    });
    this.answer(request, await bodyOf(request), response);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
