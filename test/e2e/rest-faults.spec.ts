// Bad input at every REST route, as the OpenAPI document lists them: each is answered with problem details (RFC 9457) and a
// status that blames whoever sent it, and the server goes on.
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { twilioSignature } from '../../src/identity/twilio-signature.js';
import { ParleyApp } from '../support/parley-app.js';
import { elevenLabsSignature, WEBHOOK_SECRET } from '../support/webhook-app.js';

interface Schema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Operation {
  readonly 'x-protection': string;
  readonly parameters: readonly { readonly name: string; readonly in: 'path' | 'query' }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ORIGIN = 'https://calls.example.com';
const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const MAIL_SECRET = `whsec_${Buffer.from('a secret of whoever delivers').toString('base64')}`;
const LONG = 'x'.repeat(5_000);

/** In an address, percent-encoded. */
const IN_ADDRESS = [
  '%00',
  'a%00b',
  '%zz',
  '%ED%A0%80',
  '..%2f..%2fetc%2fpasswd',
  '%27%3B--',
  '-1',
  '1e309',
  '99999999999999999999',
  '9223372036854775807',
  '2147483648',
  'NaN',
  '0000-01-01',
  '9999-12-31T23:59:59-14:00',
  '%F0%9F%92%A9',
  '%2B490',
  '__proto__',
  LONG,
];
/** Where JSON has a value. */
const IN_BODY = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '\0',
  'a\0b',
  '\uD800',
  '__proto__',
  '2026-02-31T25:00:00Z',
  LONG,
  [],
  {},
  [[[null]]],
  { a: { b: 1 } },
];
const BODIES: readonly Omit<Sent, 'method' | 'path'>[] = [
  { type: 'application/json', body: '' },
  { type: 'application/json', body: '{' },
  { type: 'application/json', body: 'null' },
  { type: 'application/json', body: '[]' },
  { type: 'application/json', body: '"x"' },
  { type: 'application/json', body: '{"__proto__": {"admin": true}}' },
  { type: 'application/json', body: '['.repeat(20_000) },
  { type: 'application/json', body: `{"x": "${'x'.repeat(6_000_000)}"}` },
  { type: 'application/json; charset=utf-7', body: '{}' },
  { type: 'application/json', body: '{}', headers: { 'content-encoding': 'gzip' } },
  { type: 'application/json', body: '{}', headers: { 'content-encoding': 'nonsense' } },
  { type: 'text/plain', body: '{}' },
  { type: 'application/xml', body: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>' },
  { type: 'application/x-www-form-urlencoded', body: 'a=1&a[b]=2&%=%zz' },
  { type: 'multipart/form-data', body: 'no boundary' },
  { type: 'multipart/form-data; boundary=x', body: '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' },
  { type: 'nonsense', body: 'x' },
  { body: 'x' },
];

describe('bad input', () => {
  let app: ParleyApp;
  let routes: readonly Route[];
  beforeAll(async () => {
    app = await ParleyApp.start({
      env: {
        METRICS_TOKEN: 'a token for the metrics',
        ELEVENLABS_WEBHOOK_SECRET: WEBHOOK_SECRET,
        MAIL_WEBHOOK_SECRET: MAIL_SECRET,
        TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        PUBLIC_ORIGIN: ORIGIN,
        // Nobody is reached there, whatever is asked.
        OUTBOUND_PROVIDER: 'twilio',
        OUTBOUND_FROM: '+4930123456',
        TWILIO_BASE_URL: 'http://127.0.0.1:9',
        TRANSCRIBE_RATE_LIMIT_MAX: '100000',
        WEBHOOK_RATE_LIMIT_MAX: '100000',
      },
    });
    const document = (await (await fetch(`${app.http}/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }, 240_000);
  afterAll(() => app.close());

  /** What lets a request in, whoever it has to be of: what is wrong with it is found behind the door. */
  const proofs = ({ path, type, body = '' }: Sent): Readonly<Record<string, string>> => {
    if (path.startsWith('/webhooks/elevenlabs')) return { 'elevenlabs-signature': elevenLabsSignature(body) };
    if (path.startsWith('/webhooks/mail')) {
      const now = new Date();
      const signature = new Webhook(MAIL_SECRET).sign('msg_1', now, body);
      return {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signature,
      };
    }
    if (path.startsWith('/v1/twilio')) {
      const isForm = type === 'application/x-www-form-urlencoded';
      const form = isForm ? Object.fromEntries(new URLSearchParams(body)) : {};
      return { 'x-twilio-signature': twilioSignature(AUTH_TOKEN, `${ORIGIN}${path}`, form) };
    }
    if (path.startsWith('/metrics')) return { authorization: 'Bearer a token for the metrics' };
    return { authorization: `Bearer ${app.token('root', { claims: { role: 'admin' } })}`, 'idempotency-key': 'key' };
  };

  /** What is wrong with how a request was answered; nothing where it was answered well. */
  const wrongWith = async (sent: Sent): Promise<readonly string[]> => {
    const { method, path, type, body, headers } = sent;
    const what = `${method} ${path.slice(0, 100)} ${type ?? ''} ${JSON.stringify(headers ?? {})} ${(body ?? '').slice(0, 60)}`;
    const response = await fetch(`${app.http}${path}`, {
      method,
      headers: { ...(type === undefined ? {} : { 'content-type': type }), ...proofs(sent), ...headers },
      ...(body === undefined ? {} : { body }),
    }).catch((error: unknown) => error as Error);
    if (response instanceof Error) return [`${what}: ${response.message}`];
    const { status } = response;
    const text = await response.text();
    const kind = response.headers.get('content-type') ?? '';
    if (status < 400) return [];
    const wrong = (why: string): string[] => [`${what}: ${status} ${why}: ${text.slice(0, 200)}`];
    if (status >= 500) return wrong('blames the server');
    if (!kind.startsWith('application/problem+json')) return wrong(kind);
    if (method === 'HEAD') return [];
    const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (problem['status'] !== status) return wrong('is another status');
    const words = ['type', 'title', 'detail', 'error', 'message'].map((name) => problem[name]);
    return words.every((word) => typeof word === 'string' && word !== '') ? [] : wrong('lacks a word');
  };

  const all = async (sent: readonly Sent[]): Promise<readonly string[]> => {
    const wrong: string[] = [];
    for (const each of sent) wrong.push(...(await wrongWith(each)));
    return wrong;
  };

  const filled = (path: string, value = 'x'): string => path.replaceAll(/\{\w+\}/g, value);
  /** The first body of a kind. */
  const schemaOf = ({ operation }: Route): readonly [type: string, schema: Schema] | undefined => {
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    return type === undefined || content === undefined ? undefined : [type, content.schema];
  };

  it('in a path is answered as one', async () => {
    const sent = routes
      .filter(({ path }) => path.includes('{'))
      .flatMap(({ method, path }) => IN_ADDRESS.map((value) => ({ method, path: filled(path, value) })));
    expect(sent.length).toBeGreaterThan(100);
    expect(await all(sent)).toEqual([]);
  }, 120_000);

  it('in a query is answered as one', async () => {
    const sent = routes.flatMap(({ method, path, operation }) =>
      operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap(({ name }) =>
          [
            ...IN_ADDRESS.map((value) => `${name}=${value}`),
            `${name}=1&${name}=2`,
            `${name}[a]=1`,
            `${name}[]=1`,
            name,
          ].map((query) => ({ method, path: `${filled(path)}?${query}` })),
        ),
    );
    expect(sent.length).toBeGreaterThan(100);
    expect(await all(sent)).toEqual([]);
  }, 120_000);

  it('as a body is answered as one', async () => {
    const sent = routes
      .filter(({ method }) => method !== 'GET')
      .flatMap(({ method, path }) => BODIES.map((body) => ({ method, path: filled(path), ...body })));
    expect(sent.length).toBeGreaterThan(100);
    expect(await all(sent)).toEqual([]);
  }, 240_000);

  it('of another kind than JSON is told so, where JSON is read', async () => {
    const behindTokens = new Set(['token', 'admin', 'placer']);
    const readers = routes.filter(
      (route) => schemaOf(route)?.[0] === 'application/json' && behindTokens.has(route.operation['x-protection']),
    );
    expect(readers.length).toBeGreaterThan(3);
    for (const { method, path } of readers) {
      const sent = {
        method,
        path: filled(path),
        type: 'application/x-www-form-urlencoded',
        body: '{"to":"+4930901820"}',
      };
      const headers = { ...proofs(sent), 'content-type': sent.type };
      const response = await fetch(`${app.http}${sent.path}`, { method, headers, body: sent.body });
      const { message } = (await response.json()) as { message: string };
      expect([path, response.status, message]).toEqual([path, 415, expect.stringContaining('application/json')]);
      // Nothing at all may be what a route takes.
      const empty = await fetch(`${app.http}${sent.path}`, { method, headers: proofs(sent) });
      expect([path, empty.status]).not.toEqual([path, 415]);
    }
  });

  it('in a body is answered as one', async () => {
    const sent = routes.flatMap((route) => {
      const { method, path } = route;
      const [type, schema] = schemaOf(route) ?? [];
      if (type === undefined || schema === undefined) return [];
      const names = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(({ properties = {} }) =>
        Object.keys(properties),
      );
      return names.flatMap((name) =>
        IN_BODY.map((value) => ({
          method,
          path: filled(path),
          type,
          body:
            type === 'application/json'
              ? JSON.stringify({ [name]: value })
              : new URLSearchParams({ [name]: typeof value === 'string' ? value : JSON.stringify(value) }).toString(),
        })),
      );
    });
    expect(sent.length).toBeGreaterThan(100);
    expect(await all(sent)).toEqual([]);
  }, 120_000);

  it('as a method is answered with those that there are', async () => {
    const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
    for (const path of new Set(routes.map((route) => route.path))) {
      const own = routes.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of METHODS) {
        if (own.includes(method) || (method === 'HEAD' && own.includes('GET'))) continue;
        const sent = { method, path: filled(path) };
        expect(await wrongWith(sent)).toEqual([]);
        const response = await fetch(`${app.http}${sent.path}`, { method, headers: proofs(sent) });
        expect([method, path, response.status]).toEqual([method, path, 405]);
        expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(expect.arrayContaining(own.toSorted()));
      }
    }
  }, 120_000);

  it('that is not HTTP, or no handshake, is answered as one', async () => {
    const heads = [
      'GET / HTTP/1.1\r\nHost x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
      'GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ];
    for (const head of heads) {
      const socket = connect(app.port, '127.0.0.1');
      socket.write(head);
      const answer = (await buffer(socket)).toString();
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
      const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as object;
      const status = Number(answer.slice(9, 12));
      expect(problem).toMatchObject({
        type: 'about:blank',
        status,
        error: expect.any(String),
        detail: expect.any(String),
      });
    }
  });

  it('at no route at all is answered as one', async () => {
    const paths = [
      '/',
      '/v1',
      '/v1/nothing',
      '/%00',
      '/%zz',
      '/..%2f..%2fetc%2fpasswd',
      `/${LONG}`,
      '//evil.example/x',
    ];
    expect(await all(paths.flatMap((path) => ['GET', 'POST'].map((method) => ({ method, path }))))).toEqual([]);
  });
});
