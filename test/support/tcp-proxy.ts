// A network between a client and a server that a spec can spoil: cut, stall, delay, or be away.
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'up' | 'down';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #stalled = new Set<Direction>();
  #delayMs = 0;
  #away = false;
  #accepted = 0;

  #targetPort: number;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
  }

  /** Forwards a free port of this machine to another. */
  static async to(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that were accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Breaks every connection without a goodbye; new ones are accepted. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Nobody is there: connections break, new ones are not accepted. */
  away(): void {
    this.#away = true;
    this.cut();
  }

  back(): void {
    this.#away = false;
  }

  /** Nothing comes through any more in these directions, and nobody is told. `flow` ends it; what was held comes then. */
  stall(...directions: Direction[]): void {
    for (const direction of directions) this.#stalled.add(direction);
    for (const pair of this.#pairs) this.#apply(pair);
  }

  flow(): void {
    this.#stalled.clear();
    for (const pair of this.#pairs) this.#apply(pair);
  }

  /** New connections go to another port of this machine. */
  redirect(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** Every piece is so much later, ms. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#away) {
      client.resetAndDestroy();
      return;
    }
    this.#accepted += 1;
    const server = connect(this.#targetPort, '127.0.0.1');
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#forward(from, to);
      // A broken connection is what this is for.
      from.on('error', () => to.resetAndDestroy());
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    }
    this.#apply(pair);
  }

  /** One piece after the other, each so much later as was asked for when it came. */
  #forward(from: Socket, to: Socket): void {
    let before: Promise<unknown> = Promise.resolve();
    const later = (deliver: () => void): void => {
      const due = sleep(this.#delayMs);
      before = before.then(() => due).then(deliver);
    };
    from.on('data', (piece) => later(() => void to.write(piece)));
    from.on('end', () => later(() => void to.end()));
  }

  #apply({ client, server }: Pair): void {
    if (this.#stalled.has('up')) client.pause();
    else client.resume();
    if (this.#stalled.has('down')) server.pause();
    else server.resume();
  }
}
