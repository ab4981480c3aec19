// What stands before several workers: it passes each connection to some worker that takes it, and knows nothing else.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Balancer {
  /** Port of the worker that has got the newest connection. */
  chosen = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: () => readonly number[],
  ) {
    server.on('connection', (client) => {
      // A broken connection is what this is for.
      client.on('error', () => client.destroy());
      void this.serve(client);
    });
  }

  /** On a free port of this machine, before the workers that `ports` names at the time. */
  static async before(ports: () => readonly number[]): Promise<Balancer> {
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    const balancer = new Balancer(server, ports);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return balancer;
  }

  /** ws://127.0.0.1:port/v1/stream */
  get stream(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/stream`;
  }

  close(): void {
    this.server.close();
  }

  private async serve(client: Socket): Promise<void> {
    const ports = this.ports();
    const first = Math.floor(Math.random() * ports.length);
    for (let index = 0; index < ports.length; index += 1) {
      const port = ports[(first + index) % ports.length] ?? 0;
      const worker = connect({ port, host: '127.0.0.1', noDelay: true });
      try {
        await once(worker, 'connect');
      } catch {
        continue; // it is down; the next one
      }
      this.chosen = port;
      worker.on('error', () => client.destroy());
      worker.on('close', () => client.destroy());
      client.on('close', () => worker.destroy());
      client.pipe(worker).pipe(client);
      return;
    }
    client.destroy();
  }
}
