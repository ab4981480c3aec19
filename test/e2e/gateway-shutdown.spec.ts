import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { WireClient } from '../support/wire-client.js';

describe('a server that stops', () => {
  let gateway: GatewayApp;

  beforeEach(async () => {
    gateway = await startGatewayApp();
  });
  afterEach(async () => gateway.close());

  it('lets nobody in, says so, and lets a running call finish', async () => {
    const running = await WireClient.start(gateway.stream, gateway.token());
    const waiting = await WireClient.connect(gateway.stream, gateway.token());
    const drained = gateway.sessions.drain(10_000);

    expect((await waiting.closing()).code).toBe(1001);
    expect(waiting.messages).toMatchObject([{ type: 'error', code: 'shutting_down', fatal: true }]);
    const health = await fetch(`${gateway.http}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'draining', active_sessions: 1 });
    await expect(WireClient.connect(gateway.stream, gateway.token())).rejects.toThrow('503');

    running.send({ type: 'text.submit', text: 'one more thing' });
    expect(await running.next('response.text')).toMatchObject({ delta: 'one more thing' });
    running.send({ type: 'session.end' });
    expect((await running.closing()).code).toBe(1000);
    await drained;
    expect(gateway.sessions.active).toBe(0);
  });

  it('ends calls that go on after the grace', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    await gateway.sessions.drain(50);
    expect(await client.next('session.ended')).toMatchObject({ reason: 'shutdown' });
    expect(await client.closing()).toEqual({ code: 1001, reason: 'server is shutting down' });
    expect(gateway.calls.calls[0]?.endedBy).toBe('shutdown');
  });

  it('ends every call when the application is closed without a drain', async () => {
    const clients = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => WireClient.start(gateway.stream, gateway.token(`user${index}`))),
    );
    await gateway.app.close();
    const codes = await Promise.all(clients.map(async (client) => (await client.closing()).code));
    expect(codes).toEqual([1001, 1001, 1001, 1001, 1001]);
    expect(gateway.calls.calls.map(({ endedBy }) => endedBy)).toEqual(Array(5).fill('shutdown'));
  });

  it('does not wait for a client that does not hang up', async () => {
    const client = await WireClient.start(gateway.stream, gateway.token());
    client.ws.pause();
    await gateway.sessions.drain(0);
    expect(gateway.sessions.active).toBe(0);
    client.ws.terminate();
  });
});
