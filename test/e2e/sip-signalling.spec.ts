// SIP as clients that nobody here wrote speak it: sipp, over UDP and TCP, on the whole transport with calls that echo.
import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallRequest, Opening } from '../../src/calls/call.port.js';
import { SipEndpoint } from '../../src/gateway/sip/sip-endpoint.js';
import { EchoCalls } from '../support/echo-calls.js';
import { freePort } from '../support/free-port.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { describeWith } from '../support/needs.js';
import { sipp } from '../support/sipp.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(120_000);

/** Calls whose records take as long as the test says. */
class SlowCalls extends EchoCalls {
  until: Promise<void> = Promise.resolve();
  readonly asked: CallRequest[] = [];

  override async open(request: CallRequest): Promise<Opening> {
    this.asked.push(request);
    await this.until;
    return super.open(request);
  }
}

describeWith(['sipp'])('the SIP endpoint', () => {
  let app: GatewayApp;
  let calls: SlowCalls;
  let port: number;

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    port = await freePort();
    calls = new SlowCalls();
    app = await startGatewayApp(
      { SIP_PORT: String(port), SIP_HOST: '127.0.0.1', SIP_PEERS: '127.0.0.0/8', ...env },
      calls,
    );
  };
  const held = () => app.app.get(SipEndpoint).held;
  const nothingIsLeft = async (withinMs = 1000): Promise<void> => {
    await waitFor(() => app.sessions.active === 0 && held().dialogs === 0 && held().ports === 0, withinMs);
  };
  afterEach(async () => app.close());

  it.each(['udp', 'tcp'] as const)('takes 50 calls at once over %s, and nothing is left of them', async (transport) => {
    await start();
    await sipp({ port, scenario: 'call', calls: 50, transport });
    expect(calls.calls).toHaveLength(50);
    await nothingIsLeft();
    expect(calls.calls.map(({ endedBy }) => endedBy)).toEqual(Array(50).fill('client'));
    // Time is heard, although sipp sends no audio: a second of 16,000 bytes, less what a busy machine is late by.
    for (const { audioBytes } of calls.calls) expect(audioBytes).toBeGreaterThan(3200);
    expect(calls.asked[0]).toMatchObject({
      route: { channel: 'phone', direction: 'inbound', to: `sip:desk@127.0.0.1:${port}` },
      inputSampleRate: 8000,
      resumable: false,
    });
  });

  it('makes one call of an INVITE that comes twice, and answers again until it is acknowledged', async () => {
    await start();
    // The second INVITE comes before the answer to the first.
    calls.until = pause(1500);
    await sipp({ port, scenario: 'retransmitted' });
    expect(calls.calls).toHaveLength(1);
    await nothingIsLeft();
  });

  it('takes an INVITE back while its call is being written down', async () => {
    await start();
    const { promise, resolve } = Promise.withResolvers<void>();
    calls.until = promise;
    await sipp({ port, scenario: 'cancelled', calls: 20 });
    await nothingIsLeft();
    resolve();
    await waitFor(() => calls.asked.length === 20);
    expect(calls.calls.filter(({ endedBy }) => endedBy === undefined)).toEqual([]);
  });

  it.each(['udp', 'tcp'] as const)('answers what is wrong or in the wrong order, over %s', async (transport) => {
    await start();
    await sipp({ port, scenario: 'reordered', transport });
    expect(calls.calls).toHaveLength(1);
    if (transport === 'udp') await sipp({ port, scenario: 'malformed', calls: 10 });
    expect(calls.calls).toHaveLength(1);
    await nothingIsLeft();
  });

  it('makes the offer where the caller does not, and goes on hold and back', async () => {
    await start();
    await sipp({ port, scenario: 'late-offer' });
    await nothingIsLeft();
  });

  it('lets in who knows a password, by digest', async () => {
    await start({ SIP_PEERS: '', SIP_USERS: 'trunk:a long secret' });
    await sipp({ port, scenario: 'challenged', calls: 10, user: { name: 'trunk', password: 'a long secret' } });
    expect(calls.calls).toHaveLength(10);
    await sipp({ port, scenario: 'refused', user: { name: 'trunk', password: 'a wrong secret' } });
    expect(calls.calls).toHaveLength(10);
    await nothingIsLeft();
  });

  it('is busy where the server is full', async () => {
    await start({ STREAM_MAX_SESSIONS: '1' });
    const long = sipp({ port, scenario: 'until-bye' });
    await waitFor(() => calls.calls.length === 1);
    await sipp({ port, scenario: 'busy' });
    calls.calls[0]?.conversation.end('agent');
    // The caller is told by a BYE.
    await long;
    await nothingIsLeft();
  });

  it('says BYE to its callers when it stops', async () => {
    await start();
    const long = sipp({ port, scenario: 'until-bye', calls: 5 });
    await waitFor(() => calls.calls.length === 5);
    await app.sessions.drain(0);
    await long;
    await nothingIsLeft();
  });
});

describe('a SIP port that cannot be had', () => {
  it('stops the boot with a line', async () => {
    const port = await freePort();
    const env = { SIP_PORT: String(port), SIP_HOST: '127.0.0.1', SIP_PEERS: '127.0.0.1' };
    const first = await startGatewayApp(env);
    await expect(startGatewayApp(env)).rejects.toMatchObject({
      report: expect.stringMatching(/SIP_PORT: \d+ is in use at 127\.0\.0\.1: set another one/),
    });
    await first.close();
    await expect(startGatewayApp({ ...env, SIP_HOST: '192.0.2.77' })).rejects.toMatchObject({
      report: expect.stringMatching(/SIP_HOST: 192\.0\.2\.77 is no address of this machine/),
    });
  });
});
