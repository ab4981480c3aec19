import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { WireClient } from '../support/wire-client.js';

describe('the gateway', () => {
  let gateway: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '100' });
  });
  afterAll(async () => gateway.close());

  it('starts a session, carries audio and text both ways, and hangs up cleanly', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token(), {
      audio: { input: { encoding: 'pcm16', sampleRate: 16000 }, output: { encoding: 'pcm16', sampleRate: 24000 } },
      turnDetection: 'manual',
    });
    const started = await client.next('session.started');
    expect(started).toMatchObject({
      protocol: 1,
      agent: 'julia',
      turnDetection: 'manual',
      audio: { input: { sampleRate: 16000 }, output: { sampleRate: 24000 } },
    });

    const frame = Buffer.from(Uint8Array.from({ length: 640 }, (_, index) => index % 251));
    client.ws.send(frame);
    await client.until(() => client.audio.length === 1, 'the echo');
    expect(client.audio[0]).toEqual(frame);

    client.send({ type: 'text.submit', text: 'hello' });
    expect(await client.next('response.text')).toEqual({ type: 'response.text', responseId: 'r1', delta: 'hello' });
    client.send({ type: 'ping', id: 'p1' });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 'p1' });

    client.send({ type: 'session.end' });
    expect(await client.next('session.ended')).toMatchObject({ reason: 'client' });
    expect(await client.closing()).toEqual({ code: 1000, reason: 'session ended' });
    const [call] = gateway.calls.calls;
    expect(call?.request.caller.userId).toBe('demo');
    expect(call?.endedBy).toBe('client');
  });
});
