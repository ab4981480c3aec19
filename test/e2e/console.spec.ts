// The console's own routes, over HTTP: who is served what, and who is given a token.
import { request as ask, type IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ParleyApp } from '../support/parley-app.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

let development: ParleyApp;
let production: ParleyApp;

beforeAll(async () => {
  development = await ParleyApp.start({ env: { NODE_ENV: 'development' } });
  production = await ParleyApp.start({ env: { NODE_ENV: 'test', SUPABASE_ANON_KEY: '' } });
});
afterAll(async () => {
  await development.close();
  await production.close();
});

/** fetch() lets nobody say whom he asks for. */
function send(app: ParleyApp, method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = ask(
      app.http + path,
      { method, headers: { host: `localhost:${app.port}`, ...headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const { statusCode: status = 0, headers: told } = response;
          resolve({ status, headers: told, text: Buffer.concat(parts).toString() });
        });
      },
    );
    sent.on('error', reject).end();
  });
}

const token = (app: ParleyApp, headers?: Record<string, string>): Promise<Answer> =>
  send(app, 'POST', '/v1/console/token', headers);

describe('the page', () => {
  it('may load and run what comes from this server, and nothing else', async () => {
    const { status, headers, text } = await send(production, 'GET', '/');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part).toMatch(/^\.\/console\/[\w-]+\.(js|css|svg)$/);
      const file = await send(production, 'GET', part.slice(1));
      expect([part, file.status]).toEqual([part, 200]);
      if (!part.endsWith('svg')) expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it('has at most 150 kB of script to load before a chart comes', async () => {
    const { text } = await send(production, 'GET', '/');
    const scripts = [...text.matchAll(/src="\.(\/console\/[\w-]+\.js)"/g)].map(([, path = '']) => path);
    expect(scripts.length).toBeGreaterThan(0);
    const loaded = await Promise.all(scripts.map((path) => send(production, 'GET', path)));
    expect(gzipSync(loaded.map((file) => file.text).join('')).length).toBeLessThan(150 * 1024);
    // Chart.js is in a file of its own.
    expect(loaded.map((file) => file.text).join('')).not.toContain('BarController');
  });

  it.each([
    '/console/..%2findex.html',
    '/console/%2e%2e%2f%2e%2e%2fpackage.json',
    '/console/nothing.js',
    '/console/.built',
    `/console/${'a'.repeat(4000)}.js`,
  ])('has no file %s', async (path) => {
    expect((await send(production, 'GET', path)).status).toBe(404);
  });
});

describe('a token', () => {
  it('is given in development to the page on this machine, for callers and for supervisors', async () => {
    const { status, headers, text } = await token(development, { 'sec-fetch-site': 'same-origin' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const { token: given } = JSON.parse(text) as { token: string };
    const authorization = `Bearer ${given}`;
    const agents = await send(development, 'GET', '/v1/agents', { authorization });
    expect(JSON.parse(agents.text)).toMatchObject({
      agents: [{ name: 'julia', language: 'en-US', isDefault: true }],
      providers: { stt: ['pocketsphinx'], llm: ['rules'], tts: ['flite'] },
    });
    const admin = await send(development, 'GET', '/v1/admin/rollout', { authorization });
    expect(admin.status).toBe(403);
    expect(JSON.parse((await send(development, 'GET', '/v1/console')).text)).toEqual({ signIn: { by: 'itself' } });
  });

  it.each<[string, Record<string, string>]>([
    ['a name that leads to this machine', { host: 'rebound.example.com' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
    ['a page whose browser says nothing of its site', { origin: 'https://evil.example' }],
    ['a proxy', { 'x-forwarded-for': '203.0.113.7' }],
    ['another proxy', { forwarded: 'for=203.0.113.7' }],
    ['a name that is none', { host: '[' }],
  ])('is not given to %s', async (_whom, headers) => {
    const { status, text } = await token(development, headers);
    expect(text).not.toContain('eyJ');
    expect([400, 403]).toContain(status);
  });

  it('is given by no server that is not in development, which says what to do', async () => {
    const { status, text } = await token(production, { 'sec-fetch-site': 'same-origin' });
    expect([status, JSON.parse(text)]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('paste') }),
    ]);
    expect(JSON.parse((await send(production, 'GET', '/v1/console')).text)).toEqual({ signIn: { by: 'token' } });
  });
});

it('tells of the agents that the caller may talk to, and of no other', async () => {
  const of = async (agents: string[]): Promise<unknown> => {
    const authorization = `Bearer ${production.token('demo', { agents })}`;
    return (JSON.parse((await send(production, 'GET', '/v1/agents', { authorization })).text) as { agents: unknown })
      .agents;
  };
  expect(await of(['max'])).toEqual([]);
  expect(await of(['julia'])).toHaveLength(1);
  expect((await send(production, 'GET', '/v1/agents')).status).toBe(401);
});
