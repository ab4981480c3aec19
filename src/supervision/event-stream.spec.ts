import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { EventReader } from '../../test/support/event-reader.js';
import { waitFor } from '../../test/support/wait-for.js';
import { defaultStreamOptions, EventStream, type EventStreamOptions } from './event-stream.js';

const PATIENCE_MS = 10_000;

describe('a stream of events', () => {
  let server: Server;
  let streams: EventStream[] = [];
  let options: EventStreamOptions = defaultStreamOptions;

  beforeAll(async () => {
    server = createServer((_request, response: ServerResponse) => {
      streams.push(new EventStream(response, options));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => {
    streams = [];
    options = defaultStreamOptions;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const port = (): number => (server.address() as AddressInfo).port;
  const open = async (): Promise<{ reader: EventReader; stream: EventStream }> => {
    const reader = await EventReader.open(`http://127.0.0.1:${port()}/`, 'none');
    const [stream] = streams;
    if (stream === undefined) throw new Error('nobody has asked');
    return { reader, stream };
  };
  /** Somebody who asks and reads nothing. */
  const idle = async (): Promise<{ socket: Socket; stream: EventStream }> => {
    const socket = connect(port(), '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => streams.length === 1, PATIENCE_MS);
    const [stream] = streams;
    if (stream === undefined) throw new Error('nobody has asked');
    return { socket, stream };
  };

  it('tells what it is sent, and ends', async () => {
    const { reader, stream } = await open();
    stream.send('one', { n: 1 }, 7);
    stream.sendJson('two', '{"text":"two\\nlines"}');
    stream.end();
    await waitFor(() => reader.ended, PATIENCE_MS);
    expect(reader.events).toEqual([
      { event: 'one', id: '7', data: { n: 1 } },
      { event: 'two', data: { text: 'two\nlines' } },
    ]);
    expect(stream.isOver).toBe(true);
  });

  it('says that it is there while nothing happens', async () => {
    options = { ...defaultStreamOptions, heartbeatMs: 5 };
    const { reader, stream } = await open();
    await waitFor(() => reader.comments > 1, PATIENCE_MS);
    stream.end();
  });

  it('hears that its reader is gone', async () => {
    const { reader, stream } = await open();
    let over = 0;
    stream.onOver(() => (over += 1));
    reader.close();
    await waitFor(() => over === 1, PATIENCE_MS);
    stream.send('late', {});
    stream.cut('too_slow');
    expect(over).toBe(1);
  });

  it('is cut off for a reader who does not read, and says so as the last event', async () => {
    options = { ...defaultStreamOptions, maxBufferedBytes: 64 * 1024 };
    const { socket, stream } = await idle();
    const text = 'x'.repeat(64 * 1024);
    // The kernel takes some of it.
    for (let n = 0; n < 1000 && !stream.isOver; n += 1) {
      stream.send('much', { text });
      await new Promise(setImmediate);
    }
    expect(stream.isOver).toBe(true);
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard = (heard + chunk.toString()).slice(-1000)));
    socket.resume();
    await once(socket, 'end');
    expect(heard).toContain('event: cut\ndata: {"type":"cut","code":"too_slow"');
  });

  it('does not keep the connection of one who never reads the end', async () => {
    options = { ...defaultStreamOptions, maxBufferedBytes: 64 * 1024, closeMs: 10 };
    const { socket, stream } = await idle();
    const text = 'x'.repeat(64 * 1024);
    for (let n = 0; n < 1000 && !stream.isOver; n += 1) {
      stream.send('much', { text });
      await new Promise(setImmediate);
    }
    let closed = false;
    socket.on('close', () => (closed = true));
    socket.on('error', () => undefined);
    await waitFor(async () => {
      const count = await new Promise<number>((resolve) => server.getConnections((_error, open) => resolve(open)));
      return count === 0;
    }, PATIENCE_MS);
    socket.destroy();
    await waitFor(() => closed, PATIENCE_MS);
  });
});
