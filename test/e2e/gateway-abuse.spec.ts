import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { clientFrame, RawClient } from '../support/raw-client.js';
import { WireClient } from '../support/wire-client.js';

const MIB = 1024 * 1024;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a hostile client', () => {
  let gateway: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '500' });
  });
  afterEach(async () => {
    // Whatever was tried: nothing of it is left, and the next one is served.
    const client = await WireClient.start(gateway.stream, gateway.token('honest'));
    await client.close();
    await client.until(
      () => gateway.sessions.active === 0 && gateway.pendingHandshakes() === 0,
      'all to be gone',
      true,
    );
  });
  afterAll(async () => gateway.close());

  const auth = () => ({ Authorization: `Bearer ${gateway.token()}` });

  /** A raw socket with a started session. */
  const openSession = async (): Promise<RawClient> => {
    const client = await RawClient.connect(gateway.port);
    client.handshake(auth());
    await client.until(() => client.received.includes('\r\n\r\n'), 'the 101');
    client.write(clientFrame(1, Buffer.from('{"type":"session.start","protocol":1}')));
    await client.until(() => client.received.includes('session.started'), 'session.started');
    return client;
  };

  /** The code of the close frame, which is the last thing that the server sends; then hangs up. */
  const closeCode = async (client: RawClient): Promise<number> => {
    const code = (): number | undefined => {
      const at = client.received.lastIndexOf('\u0088');
      const bytes = Buffer.from(client.received.slice(at + 2, at + 4), 'latin1');
      return at === -1 || bytes.length < 2 ? undefined : bytes.readUInt16BE();
    };
    await client.until(() => code() !== undefined, 'the close frame');
    client.socket.destroy();
    return code() ?? 0;
  };

  it('may send garbage instead of HTTP', async () => {
    const client = await RawClient.connect(gateway.port);
    client.write(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) & 255)));
    await client.hungUp();
    expect(client.received).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('may send headers without end', async () => {
    const client = await RawClient.connect(gateway.port);
    client.write(`GET /v1/stream HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(100_000)}`);
    await client.hungUp();
    expect(client.received).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('may upgrade a request that is no GET', async () => {
    const client = await RawClient.connect(gateway.port);
    client.write(
      'POST /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n',
    );
    await client.hungUp();
    expect(client.received).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('may be refused and never read or close', async () => {
    const client = await RawClient.connect(gateway.port);
    client.socket.pause();
    client.handshake();
    await client.until(() => gateway.pendingHandshakes() === 0, 'the refusal');
    // The server does not wait for our half of the connection.
    client.socket.resume();
    await client.hungUp();
    expect(client.received).toContain('"error":"token_missing"');
  });

  it('may send frames before the 101 has come', async () => {
    const client = await RawClient.connect(gateway.port);
    client.handshake(auth());
    client.write(clientFrame(1, Buffer.from('{"type":"session.start","protocol":1}')));
    client.write(clientFrame(2, Buffer.alloc(640, 1)));
    await client.until(() => client.received.includes('session.started'), 'session.started');
    await client.until(() => client.received.includes('\u0001'.repeat(640)), 'the echo');
    client.socket.destroy();
  });

  it('may leave in the middle of a handshake', async () => {
    for (let index = 0; index < 30; index += 1) {
      const client = await RawClient.connect(gateway.port);
      client.handshake(auth());
      if (index % 2 === 0) client.reset();
      else client.socket.end();
      client.socket.unref();
    }
  });

  it.each([
    ['a frame that is not masked', Buffer.from([0x81, 0x01, 0x78]), 1002],
    ['a reserved opcode', clientFrame(3, Buffer.from('x')), 1002],
    ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), 1002],
    ['text that is not UTF-8', clientFrame(1, Buffer.from([0xff, 0xfe])), 1007],
    ['a frame that claims a gigabyte', clientFrame(2, Buffer.alloc(10), 2 ** 30), 1009],
    [
      'a frame that claims more than there is in the world',
      clientFrame(2, Buffer.alloc(10), Number.MAX_SAFE_INTEGER),
      1009,
    ],
    ['a ping that is too long', clientFrame(9, Buffer.alloc(126)), 1002],
  ])('may send %s', async (_what, bytes, code) => {
    const client = await openSession();
    client.write(bytes);
    expect(await closeCode(client)).toBe(code);
    const call = gateway.calls.calls.at(-1);
    await client.until(() => call?.endedBy === 'disconnected', 'the call to end');
  });

  it('may flood with fragments', async () => {
    const client = await openSession();
    const fragment = Buffer.from([0x02, 0x80, 0, 0, 0, 0]);
    const more = Buffer.from([0x00, 0x80, 0, 0, 0, 0]);
    client.write(Buffer.concat([fragment, ...Array<Buffer>(1000).fill(more)]));
    expect(await closeCode(client)).toBe(1008);
  });

  it.each([
    ['messages', 'too_many_messages', 4429, clientFrame(1, Buffer.from('{"type":"ping"}'))],
    ['pings', 'too_many_messages', 4429, clientFrame(9, Buffer.alloc(0))],
    ['pongs', 'too_many_messages', 4429, clientFrame(10, Buffer.alloc(0))],
    ['empty frames', 'audio_too_fast', 4413, clientFrame(2, Buffer.alloc(0))],
    ['audio', 'audio_too_fast', 4413, clientFrame(2, Buffer.alloc(8000))],
    ['nonsense', 'too_many_faults', 1008, clientFrame(1, Buffer.from('nonsense'))],
  ])('may flood with %s', async (_what, error, code, frame) => {
    const client = await openSession();
    for (let index = 0; index < 500 && !client.received.includes('session.ended'); index += 1) {
      client.write(Buffer.concat(Array<Buffer>(100).fill(frame)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await closeCode(client)).toBe(code);
    expect(client.received).toContain(`"code":"${error}"`);
    expect(client.received).toContain('"type":"session.ended"');
  });

  it('may not read: what waits for it is bounded, and it is let go', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    const call = gateway.calls.calls.at(-1);
    client.ws.pause();
    const before = process.memoryUsage().arrayBuffers;
    // 200 MiB of reply, each piece in memory of its own. Without a bound all of it would wait.
    let peak = 0;
    for (let index = 0; index < 200; index += 1) {
      call?.output.audio(new Uint8Array(MIB));
      if (index % 20 !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }
    expect(peak).toBeLessThan(100 * MIB);
    await client.until(() => call?.endedBy !== undefined && gateway.sessions.active === 0, 'the session to end', true);
    client.ws.resume();
    client.ws.terminate();
  });

  it('may connect and say nothing, while others are served', async () => {
    const silent = await Promise.all(Array.from({ length: 100 }, async () => RawClient.connect(gateway.port)));
    const admitted = await RawClient.connect(gateway.port);
    admitted.handshake(auth());
    await admitted.until(() => admitted.received.includes('101'), 'the 101');
    const client = await WireClient.start(gateway.stream, gateway.token());
    client.send({ type: 'text.submit', text: 'hello' });
    expect(await client.next('response.text')).toMatchObject({ delta: 'hello' });
    await client.close();
    for (const { socket } of [...silent, admitted]) socket.destroy();
    await Promise.all(silent.map(async ({ socket }) => (socket.closed ? undefined : once(socket, 'close'))));
  });
});
