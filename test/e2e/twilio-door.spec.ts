// Who gets onto the telephone's wire, and how a call on it ends: the whole transport, Twilio simulated on its real wire.
import { once } from 'node:events';
import { jest } from '@jest/globals';
import type { WebSocket } from 'ws';
import { RefusalLog } from '../../src/gateway/door/refusal-log.js';
import { askWebhook, openStream, sid, startMessage, streamOf, TwilioCall } from '../simulators/twilio.js';
import type { Connected, TwilioAccount } from '../simulators/twilio.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { waitFor } from '../support/wait-for.js';

const ORIGIN = 'https://voice.example.test';
const STREAM = 'wss://voice.example.test/v1/twilio';
const AUTH_TOKEN = 'f00d'.repeat(8);
const FORM = { CallSid: sid('CA'), From: '+4930123456', To: '+4930654321' };

describe('the telephone’s door', () => {
  let here: GatewayApp;
  let account: TwilioAccount;
  let refused: jest.SpiedFunction<RefusalLog['refused']>;

  beforeAll(async () => {
    here = await startGatewayApp({
      PUBLIC_ORIGIN: ORIGIN,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_USER: 'demo',
      TWILIO_CLAIMS: '{"name": "the front desk"}',
      // Twilio's servers are few, its callers are many.
      STREAM_RATE_LIMIT_MAX: '2',
      STREAM_MAX_CONCURRENT_SESSIONS: '1',
    });
    account = { server: here.http, publicOrigin: ORIGIN, authToken: AUTH_TOKEN };
    refused = jest.spyOn(here.app.get(RefusalLog), 'refused');
  });
  beforeEach(() => refused.mockClear());
  afterAll(async () => here.close());

  const whys = (): string[] => refused.mock.calls.map(([{ why }]) => why);
  const ask = async (callSid = sid('CA'), webhook?: string): Promise<Connected> => {
    const answer = await askWebhook(account, { ...FORM, CallSid: callSid }, webhook === undefined ? {} : { webhook });
    return streamOf(await answer.text());
  };
  const introduce = async (callSid: string, parameters: Readonly<Record<string, string>>): Promise<WebSocket> => {
    const ws = openStream(account, STREAM);
    await once(ws, 'open');
    ws.send(JSON.stringify(startMessage(callSid, sid('MZ'), parameters)));
    return ws;
  };
  /** The code that a stream is closed with. */
  const closing = async (ws: WebSocket): Promise<number> => ((await once(ws, 'close')) as [number])[0];
  const status = async (ws: WebSocket): Promise<number | undefined> => {
    const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode?: number }];
    ws.terminate();
    return response.statusCode;
  };
  const free = () => waitFor(() => here.sessions.active === 0);

  it('lets an answered call in, as the user that the operator has named, with the webhook’s agent', async () => {
    const call = await TwilioCall.dial(account, { webhook: '/v1/twilio/voice?agent=julia', from: '+49301111' });
    await waitFor(() => here.calls.calls.length > 0 && call.lineMs > 500);
    const { request } = here.calls.calls.at(-1) ?? {};
    expect(request).toMatchObject({
      agent: 'julia',
      inputSampleRate: 8000,
      outputSampleRate: 8000,
      resumable: false,
      caller: {
        userId: 'demo',
        claims: { sub: 'demo', name: 'the front desk', phone_number: '+49301111', call_sid: call.callSid },
      },
    });
    call.hangUp();
    await free();
    expect(here.calls.calls.at(-1)?.endedBy).toBe('client');
  });

  it('takes more calls of Twilio’s than one address or one user might make', async () => {
    const calls: TwilioCall[] = [];
    for (let index = 0; index < 5; index += 1) calls.push(await TwilioCall.dial(account));
    await waitFor(() => here.sessions.active === 5);
    for (const call of calls) call.hangUp();
    await free();
  });

  it.each([
    [
      'no signature',
      { signature: ' ' },
      'not signed by TWILIO_AUTH_TOKEN for https://voice.example.test/v1/twilio/voice',
    ],
    ['another address', { signedFor: 'http://127.0.0.1/v1/twilio/voice' }, 'not signed by TWILIO_AUTH_TOKEN for'],
  ])('answers no webhook with %s, and says why in the log', async (_what, options, why) => {
    const answer = await askWebhook(account, FORM, options);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'signature_invalid' });
    expect(whys()).toEqual([expect.stringContaining(why)]);
    expect(JSON.stringify(refused.mock.calls)).not.toContain(AUTH_TOKEN);
  });

  it('answers no webhook that is unsigned, or that is no call', async () => {
    const unsigned = await fetch(`${here.http}/v1/twilio/voice`, {
      method: 'POST',
      headers: { connection: 'close' },
      body: new URLSearchParams(FORM),
    });
    expect(unsigned.status).toBe(403);
    expect(whys()).toEqual(['there is no X-Twilio-Signature']);
    expect((await askWebhook(account, { Hello: 'there' })).status).toBe(400);
  });

  it('lets no stream in that is not signed for its address', async () => {
    expect(await status(openStream(account, STREAM, 'bm9uZQ=='))).toBe(401);
    expect(await status(openStream({ ...account, authToken: 'beef'.repeat(8) }, STREAM))).toBe(401);
    expect(await status(openStream({ ...account, authToken: AUTH_TOKEN }, 'wss://elsewhere.test/v1/twilio'))).toBe(401);
    expect(whys()).toEqual(Array(3).fill(`not signed by TWILIO_AUTH_TOKEN for ${STREAM}`));
  });

  it('refuses a capability that was used, is another call’s, or is none', async () => {
    const callSid = sid('CA');
    const { parameters } = await ask(callSid);
    const before = here.calls.calls.length;
    const first = await introduce(callSid, parameters);
    await waitFor(() => here.calls.calls.length === before + 1);
    expect(await closing(await introduce(callSid, parameters))).toBe(1008);
    expect(await closing(await introduce(sid('CA'), (await ask()).parameters))).toBe(1008);
    expect(await closing(await introduce(sid('CA'), {}))).toBe(1008);
    expect(await closing(await introduce(sid('CA'), { capability: 'eyJhbGciOiJub25lIn0.e30.' }))).toBe(1008);
    expect(here.calls.calls).toHaveLength(before + 1);
    expect(whys()).toEqual([
      'the capability of the stream is used before',
      'the capability of the stream is of another call',
      'the capability of the stream is missing',
      'the capability of the stream is not one of ours, or changed',
    ]);
    expect(JSON.stringify(refused.mock.calls)).not.toContain(parameters['capability']);
    first.close(1000);
    await free();
  });

  it('hears nobody before it is known who speaks, and closes a stream that never says', async () => {
    const ws = openStream(account, STREAM);
    await once(ws, 'open');
    ws.send(JSON.stringify({ event: 'media', media: { track: 'inbound', timestamp: '0', payload: '/////w==' } }));
    expect(await closing(ws)).toBe(1000);
    await free();
  });

  it.each([
    ['and answers the close', (call: TwilioCall) => call.hangUp()],
    ['and never answers again', (call: TwilioCall) => call.hangUp({ answering: false })],
    ['by a connection that breaks', (call: TwilioCall) => call.vanish()],
  ])('is rid of everything within a second when the caller hangs up %s', async (_how, hangUp) => {
    const call = await TwilioCall.dial(account);
    await waitFor(() => here.sessions.active === 1 && call.lineMs > 100);
    hangUp(call);
    const at = performance.now();
    await waitFor(async () => here.sessions.active === 0 && (await connections(here)) === 0, 2000);
    expect(performance.now() - at).toBeLessThan(1000);
    expect(here.calls.calls.at(-1)?.endedBy).toMatch(/^(client|disconnected)$/);
    call.vanish();
  });

  it('hangs up itself within a second, whatever Twilio answers', async () => {
    const before = here.calls.calls.length;
    const call = await TwilioCall.dial(account);
    await waitFor(() => here.calls.calls.length > before);
    here.calls.calls.at(-1)?.conversation.end('agent');
    await waitFor(() => call.closed !== undefined, 1000);
    expect(call.closed?.code).toBe(1000);
    await free();
  });

  it('is busy when there is no room, and away when nothing is configured', async () => {
    const full = await startGatewayApp({
      PUBLIC_ORIGIN: ORIGIN,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      STREAM_MAX_SESSIONS: '1',
    });
    const there = { ...account, server: full.http };
    const call = await TwilioCall.dial(there);
    expect(await (await askWebhook(there, FORM)).text()).toContain('<Response><Reject reason="busy"/></Response>');
    call.hangUp();
    await full.close();

    const none = await startGatewayApp();
    const nowhere = { ...account, server: none.http };
    expect((await askWebhook(nowhere, FORM)).status).toBe(404);
    expect(await status(openStream(nowhere, STREAM))).toBe(404);
    await none.close();
  });
});

const connections = ({ app }: GatewayApp): Promise<number> =>
  new Promise((resolve, reject) => {
    app
      .getHttpServer()
      .getConnections((error: Error | null, count: number) => (error ? reject(error) : resolve(count)));
  });
