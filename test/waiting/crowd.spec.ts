// A crowd at the door of a server, without tokens, without patience and without manners, while somebody is on the line.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';
import { Build } from '../support/worker-process.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);

const STRANGERS = 10_000;
/** At once. */
const ABREAST = 200;
const MB = 1_048_576;
/** headersTimeout, and how often Node looks (connectionsCheckingInterval), and what a busy machine adds, ms. */
const SLOW_MS = 10_000 + 30_000 + 20_000;

interface Hello {
  readonly stream: string;
  readonly token: string;
}

// Its open files and its memory are looked at from outside.
const describeOnLinux = existsSync('/proc/self/fd') ? describe : describe.skip;

describeOnLinux('a crowd at the door', () => {
  let build: Build;
  let server: ChildProcess;
  let hello: Hello;
  let port: number;
  let line: WireClient;
  let asks = 0;

  beforeAll(async () => {
    build = Build.make('gateway-process', 'gateway-app', 'echo-calls');
    server = fork(build.program('test/support/gateway-process.js'), { cwd: build.folder });
    [hello] = (await once(server, 'message')) as [Hello];
    port = Number(new URL(hello.stream).port);
    line = await WireClient.start(hello.stream, hello.token);
  });
  afterAll(async () => {
    await line.close();
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
    build.remove();
  });

  const files = (): number => readdirSync(`/proc/${server.pid}/fd`).length;
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;
  /** How long the call that goes on waits for an echo, ms. */
  const echoMs = async (): Promise<number> => {
    const id = `ask ${(asks += 1)}`;
    const began = performance.now();
    line.send({ type: 'ping', id });
    await line.until(() => line.messages.some((message) => 'id' in message && message.id === id), 'the pong');
    return performance.now() - began;
  };

  /** One upgrade; resolves with the status of the answer, or undefined when there was none. */
  const knock = async (headers: string): Promise<number | undefined> => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.write(
      `GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`,
    );
    await once(socket, 'close');
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
    return status === undefined ? undefined : Number(status);
  };

  it(`of ${STRANGERS} without a token, or with a wrong one, is refused one by one and leaves nothing`, async () => {
    const crowd = async (count: number): Promise<Map<number | undefined, number>> => {
      const answers = new Map<number | undefined, number>();
      let next = 0;
      const stranger = async (): Promise<void> => {
        while (next < count) {
          next += 1;
          const status = await knock(next % 2 === 0 ? '' : 'Authorization: Bearer a.b.c\r\n');
          answers.set(status, (answers.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: ABREAST }, stranger));
      return answers;
    };
    await crowd(1000);
    const before = { files: files(), resident: resident() };
    const waits: number[] = [];
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        waits.push(await echoMs());
        // A caller says so much, and no more.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const answers = await crowd(STRANGERS);
    over.abort();
    await asking;
    // Each is answered: that it has no right, or that too many come from there.
    expect([...answers.keys()].filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect([...answers.values()].reduce((sum, count) => sum + count, 0)).toBe(STRANGERS);
    expect(Math.max(...waits)).toBeLessThan(2000);
    await waitFor(() => files() <= before.files, 10_000);
    expect(resident() - before.resident).toBeLessThan(60 * MB);
  });

  it('of clients who send a letter a second, or half a request and no more, is let go within the minute', async () => {
    const before = files();
    const began = performance.now();
    const beginnings = ['', 'G', 'GET /v1/stream HTTP/1.1\r\n', 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '];
    const sockets: Socket[] = await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('error', () => undefined).resume();
        await once(socket, 'connect');
        socket.write(beginnings[index % beginnings.length] ?? '');
        // Half of them are never heard of again, some say that nothing comes any more.
        if (index % 8 === 3) socket.end();
        return socket;
      }),
    );
    const gone = (): number => sockets.filter((socket) => socket.readableEnded || socket.destroyed).length;
    const drip = setInterval(() => {
      for (const [index, socket] of sockets.entries()) if (index % 2 === 0 && socket.writable) socket.write('a');
    }, 1000);
    try {
      await waitFor(() => files() > before + 300, 10_000);
      // Those who say nothing at all are idle connections until their first letter comes.
      await waitFor(() => gone() >= 300, SLOW_MS, 200);
      expect(await echoMs()).toBeLessThan(2000);
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
    expect(performance.now() - began).toBeLessThan(SLOW_MS);
    await waitFor(() => files() <= before, 10_000);
  });
});
