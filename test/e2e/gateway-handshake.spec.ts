import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { VoiceClient } from '../../client/voice-client.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { waitFor } from '../support/wait-for.js';
import { RawClient } from '../support/raw-client.js';
import { WireClient } from '../support/wire-client.js';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: { error?: string; message?: string };
}

/** The HTTP answer to a handshake, or status 101. */
async function knock(url: string, headers: Record<string, string> = {}, protocols: string[] = []): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, protocols, { headers });
    ws.on('open', () => {
      ws.terminate();
      resolve({ status: 101, headers: { 'sec-websocket-protocol': ws.protocol }, body: {} });
    });
    ws.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: JSON.parse(text) as Answer['body'],
        }),
      );
    });
    ws.on('error', reject);
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the handshake', () => {
  let gateway: GatewayApp;

  beforeAll(async () => {
    gateway = await startGatewayApp({
      STREAM_CORS_ORIGIN: 'https://app.example.com',
      STREAM_MAX_CONCURRENT_SESSIONS: '50',
    });
  });
  afterAll(async () => gateway.close());

  it('takes the token from the header, a subprotocol or the query', async () => {
    const token = gateway.token();
    expect(await knock(gateway.stream, bearer(token))).toMatchObject({ status: 101 });
    expect(await knock(`${gateway.stream}?token=${token}`)).toMatchObject({ status: 101 });
    expect(await knock(gateway.stream, {}, ['parley.v1', `bearer.${token}`])).toMatchObject({
      status: 101,
      headers: { 'sec-websocket-protocol': 'parley.v1' },
    });
  });

  it.each([
    ['no token', () => ({}), 401, 'token_missing'],
    ['a bad token', () => bearer('aaa.bbb.ccc'), 401, 'token_invalid'],
    ['an old token', () => bearer(gateway.token('demo', { ttlSeconds: -60 })), 401, 'token_expired'],
    [
      'another origin',
      () => ({ ...bearer(gateway.token()), origin: 'https://evil.example.com' }),
      403,
      'origin_not_allowed',
    ],
  ])('refuses %s', async (_what, headers, status, error) => {
    const answer = await knock(gateway.stream, headers());
    expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('tells the operator who was refused and why, and nothing of the token', async () => {
    const lines: unknown[] = [];
    const capture = { log: () => undefined, error: () => undefined, warn: (line: unknown) => void lines.push(line) };
    Logger.overrideLogger(capture);
    try {
      const old = gateway.token('demo', { ttlSeconds: -60 });
      const foreign = new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m');
      const forged = await foreign.sign(new TextEncoder().encode('another secret, long enough for HS256'));
      const odd = gateway.token('demo', { claims: { agents: 'julia' } });
      await knock(`${gateway.stream}?token=${old}`);
      await knock(gateway.stream, bearer(forged));
      await knock(gateway.stream, bearer(odd));
      await knock(gateway.stream, { ...bearer(gateway.token()), origin: 'https://evil.example.com' });
      await fetch(`${gateway.http}/v1/artifacts/none`, { headers: bearer(forged) });
      expect(lines).toMatchObject([
        { code: 'token_expired', status: 401, address: '127.0.0.1', path: '/v1/stream' },
        { code: 'token_invalid', why: 'signature' },
        { code: 'token_invalid', why: expect.stringMatching(/^The token's claim "agents" must be a list of names/) },
        { code: 'origin_not_allowed', why: 'https://evil.example.com is not in STREAM_CORS_ORIGIN' },
        { code: 'token_invalid', path: '/v1/artifacts/none', why: 'signature' },
      ]);
      for (const token of [old, forged, odd]) expect(JSON.stringify(lines)).not.toContain(token.slice(-20));
    } finally {
      Logger.overrideLogger(false);
    }
  });

  it('tells a page by plain HTTP what a handshake would meet', async () => {
    const ask = async (token: string, query = '') =>
      fetch(`${gateway.http}/v1/stream${query}`, { headers: { ...bearer(token), origin: 'https://app.example.com' } });
    const codeOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { error: string }).error;
    expect(await codeOf(ask(gateway.token()))).toBe('upgrade_required');
    expect(await codeOf(ask(gateway.token('demo', { ttlSeconds: -60 })))).toBe('token_expired');
    expect(await codeOf(ask(gateway.token('demo', { agents: ['julia'] }), '?agent=max'))).toBe('agent_not_allowed');
    const { headers } = await ask(gateway.token());
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    // It has taken no place.
    expect(gateway.sessions.active).toBe(0);
  });

  it('lets the client say why it was refused where WebSockets do not, with what old phones have', async () => {
    const any = Object.getOwnPropertyDescriptor(AbortSignal, 'any') ?? {};
    Reflect.deleteProperty(AbortSignal, 'any');
    try {
      const client = new VoiceClient();
      const token = gateway.token('demo', { ttlSeconds: -60 });
      await expect(client.connect({ url: gateway.stream, token })).rejects.toMatchObject({
        code: 'refused',
        retryable: false,
        refusal: { status: 401, code: 'token_expired' },
      });
      const welcome = new VoiceClient();
      await welcome.connect({ url: gateway.stream, token: gateway.token() });
      await welcome.end();
    } finally {
      Object.defineProperty(AbortSignal, 'any', any);
    }
  });

  it('says which methods a path takes', async () => {
    const response = await fetch(`${gateway.http}/health`, { method: 'POST' });
    expect([response.status, response.headers.get('allow'), await response.json()]).toEqual([
      405,
      'GET',
      expect.objectContaining({ error: 'method_not_allowed', message: 'This path takes GET, not POST.' }),
    ]);
    expect((await fetch(`${gateway.http}/nothing`, { method: 'POST' })).status).toBe(404);
  });

  it('keeps an idle connection for longer than a balancer does', async () => {
    const response = await fetch(`${gateway.http}/health`);
    expect(response.headers.get('keep-alive')).toMatch(/timeout=7\d/);
    await response.text();
  });

  it('lets pages of an allowed origin in', async () => {
    const headers = { ...bearer(gateway.token()), origin: 'https://app.example.com' };
    expect(await knock(gateway.stream, headers)).toMatchObject({ status: 101 });
  });

  it('never repeats a token that it refuses', async () => {
    const token = gateway.token('demo', { ttlSeconds: -60 });
    const { body, headers } = await knock(`${gateway.stream}?token=${token}`);
    expect(JSON.stringify({ body, headers })).not.toContain(token.slice(-20));
  });

  it('checks the agent in the query against the token, and uses it', async () => {
    const token = gateway.token('demo', { agents: ['julia'] });
    expect(await knock(`${gateway.stream}?agent=max`, bearer(token))).toMatchObject({
      status: 403,
      body: { error: 'agent_not_allowed' },
    });
    const client = await WireClient.start(`${gateway.stream}?agent=julia`, token);
    expect(gateway.calls.calls.at(-1)?.request.agent).toBe('julia');
    await client.close();
  });

  it('answers other paths with 404', async () => {
    const { http } = gateway;
    for (const path of ['/', '/v1/stream/', '/v1/other', '//v1/stream']) {
      expect(await knock(http.replace('http', 'ws') + path, bearer(gateway.token()))).toMatchObject({
        status: 404,
        body: { error: 'not_found' },
      });
    }
  });

  it('wants a subprotocol that it can choose', async () => {
    const answer = await knock(gateway.stream, {}, [`bearer.${gateway.token()}`]);
    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_upgrade' } });
  });

  it.each([
    ['another protocol', { Upgrade: 'h2c' }, 400, 'bad_upgrade'],
    ['a short key', { 'Sec-WebSocket-Key': 'AAAA' }, 400, 'bad_upgrade'],
    ['an old version', { 'Sec-WebSocket-Version': '8' }, 426, 'upgrade_required'],
    ['broken subprotocols', { 'Sec-WebSocket-Protocol': 'parley.v1,,parley.v1' }, 400, 'bad_upgrade'],
  ])('answers an upgrade with %s', async (_what, headers, status, error) => {
    const client = await RawClient.connect(gateway.port);
    client.handshake({ ...headers, Authorization: `Bearer ${gateway.token()}` });
    await client.hungUp();
    expect(client.received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(client.received).toContain(`"error":"${error}"`);
    client.socket.destroy();
  });

  it('tells a plain GET to upgrade', async () => {
    const response = await fetch(`${gateway.http}/v1/stream`);
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(await response.json()).toMatchObject({ error: 'upgrade_required' });
  });
});

describe('limits at the handshake', () => {
  it('admits exactly as many of a crowd as the cap, by user and by process', async () => {
    const gateway = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '5', STREAM_MAX_SESSIONS: '8' });
    try {
      const crowd = async (token: string) =>
        Promise.all(
          Array.from({ length: 50 }, async () =>
            WireClient.connect(gateway.stream, token).then(
              (client) => client,
              (error: Error) => error.message,
            ),
          ),
        );
      const ofOne = await crowd(gateway.token('ann'));
      const admitted = ofOne.filter((result) => result instanceof WireClient);
      expect(admitted).toHaveLength(5);
      expect(new Set(ofOne.filter((result) => typeof result === 'string'))).toEqual(
        new Set(['Unexpected server response: 429']),
      );
      const ofAnother = await crowd(gateway.token('bob'));
      expect(ofAnother.filter((result) => result instanceof WireClient)).toHaveLength(3);
      expect(await (await fetch(`${gateway.http}/health`)).json()).toEqual({
        status: 'ok',
        active_sessions: 8,
        version: expect.any(String),
      });

      expect(await knock(gateway.stream, bearer(gateway.token('carl')))).toMatchObject({
        status: 503,
        body: { error: 'server_full' },
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
      await Promise.all(admitted.map(async (client) => client.close()));
      await admitted[0]?.until(() => gateway.sessions.active === 3, 'the slots to come back', true);
      expect(await knock(gateway.stream, bearer(gateway.token('ann')))).toMatchObject({ status: 101 });
    } finally {
      await gateway.close();
    }
  });

  it('turns new calls away while the process is too busy for them', async () => {
    // Nothing runs in one percent of the heap.
    const gateway = await startGatewayApp({
      NODE_ENV: 'production',
      STREAM_CORS_ORIGIN: 'https://app.example.com',
      STREAM_MAX_MEMORY_PERCENT: '1',
    });
    try {
      const knocks = () => knock(gateway.stream, bearer(gateway.token('ann')));
      await waitFor(async () => (await knocks()).status === 503, 10_000);
      expect(await knocks()).toMatchObject({
        status: 503,
        body: { error: 'server_busy' },
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
    } finally {
      await gateway.close();
    }
  });

  it('counts handshakes by user, and by address whoever knocks', async () => {
    const gateway = await startGatewayApp({
      STREAM_RATE_LIMIT_MAX: '4',
      STREAM_MAX_CONCURRENT_SESSIONS: '50',
      TRUST_PROXY: '1',
    });
    try {
      const from = (address: string, token?: string) => ({
        'x-forwarded-for': `6.6.6.6, ${address}`,
        ...(token === undefined ? {} : bearer(token)),
      });
      const statuses: number[] = [];
      for (let index = 0; index < 5; index += 1) {
        const { status } = await knock(gateway.stream, from(`192.0.2.${index}`, gateway.token('ann')));
        statuses.push(status);
      }
      expect(statuses).toEqual([101, 101, 101, 101, 429]);
      for (let index = 0; index < 4; index += 1) await knock(gateway.stream, from('198.51.100.1'));
      const answer = await knock(gateway.stream, from('198.51.100.1', gateway.token('bob')));
      expect(answer).toMatchObject({ status: 429, body: { error: 'too_many_handshakes' } });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(await knock(gateway.stream, from('198.51.100.2', gateway.token('bob')))).toMatchObject({ status: 101 });
    } finally {
      await gateway.close();
    }
  });
});

describe('tokens of an issuer', () => {
  let issuer: Server;
  let gateway: GatewayApp;
  let answering = true;
  const held: (() => void)[] = [];
  let token: string;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
    token = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('5m')
      .sign(privateKey);
    issuer = createServer((_request, response) => {
      const answer = (): void => void response.end(JSON.stringify({ keys: [jwk] }));
      if (answering) answer();
      else held.push(answer);
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    answering = true;
    gateway = await startGatewayApp({
      JWT_SECRET: '',
      JWT_JWKS_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/`,
    });
  });
  afterEach(async () => gateway.close());
  afterAll(() => {
    issuer.closeAllConnections();
    issuer.close();
  });

  it('are accepted by the keys that it publishes', async () => {
    const client = await WireClient.start(gateway.stream, token);
    expect(gateway.calls.calls[0]?.request.caller.userId).toBe('ann');
    await client.close();
  });

  it('cannot be checked while it does not answer, which is not the fault of the client', async () => {
    answering = false;
    expect(await knock(gateway.stream, bearer(token))).toMatchObject({
      status: 503,
      body: { error: 'auth_unavailable' },
      headers: { 'retry-after': expect.any(String) },
    });
  });

  it('leave nothing behind when the client vanishes during the check', async () => {
    answering = false;
    const clients = await Promise.all(Array.from({ length: 20 }, async () => RawClient.connect(gateway.port)));
    for (const client of clients) client.handshake({ Authorization: `Bearer ${token}` });
    await clients[0]?.until(() => gateway.pendingHandshakes() === 20, 'the handshakes to begin');
    for (const client of clients) client.reset();
    await clients[0]?.until(() => gateway.pendingHandshakes() === 0, 'the handshakes to be given up');
    answering = true;
    for (const answer of held) answer();
    expect(gateway.sessions.active).toBe(0);
    expect(await knock(gateway.stream, bearer(token))).toMatchObject({ status: 101 });
  });
});
