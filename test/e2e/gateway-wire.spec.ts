import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SPOKEN_WIRES } from '../../src/gateway/wires.js';
import { EchoCalls } from '../support/echo-calls.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { MEDIA_WIRE, mediaUrl } from '../support/media-wire.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';

describe('a server that speaks a second wire', () => {
  let gateway: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp({}, new EchoCalls(), undefined, [...SPOKEN_WIRES, MEDIA_WIRE]);
  });
  afterAll(async () => gateway.close());

  it('serves it at its own path, through its own door, with its own limits', async () => {
    const ws = new WebSocket(mediaUrl(gateway.port, 'ann'));
    const frames: string[] = [];
    ws.on('message', (data: Buffer) => frames.push(data.toString()));
    await once(ws, 'open');
    ws.send(JSON.stringify({ event: 'start', rate: 8000 }));
    ws.send(JSON.stringify({ event: 'media', payload: Buffer.from('abcdefgh').toString('base64') }));
    await waitFor(() => frames.length === 2);
    expect(
      frames.map((frame) => Buffer.from((JSON.parse(frame) as { payload: string }).payload, 'base64').toString()),
    ).toEqual(['abcd', 'efgh']);
    expect(gateway.calls.calls.at(-1)?.request).toMatchObject({ caller: { userId: 'ann' }, inputSampleRate: 8000 });
    ws.send(' '.repeat(MEDIA_WIRE.maxFrameBytes + 1));
    const [code, reason] = (await once(ws, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1000, 'frame_too_large']);
  });

  it('refuses what its door does not know, and keeps the doors apart', async () => {
    const refused = (url: string) => expect(once(new WebSocket(url), 'open')).rejects.toThrow('401');
    await refused(mediaUrl(gateway.port, 'ann', 'guessed'));
    await refused(`${gateway.stream}?from=ann&capability=good-for-one-call`);
    const native = await WireClient.start(gateway.stream, gateway.token());
    await native.close();
  });
});
