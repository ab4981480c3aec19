// Every REST route is in the OpenAPI document, with who may ask and how often, and is kept so.
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ParleyApp } from '../support/parley-app.js';

interface Operation {
  readonly 'x-protection': string;
  readonly 'x-rate-limit': string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: object;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What Express serves in the end, whoever has registered it; `/x/:y` as OpenAPI writes it. */
function served(app: NestExpressApplication): readonly string[] {
  const { router } = app.getHttpAdapter().getInstance() as unknown as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return router.stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    // A route of all methods is Nest's own, which catches what nothing else has taken.
    if (route === undefined || methods.length >= 20) return [];
    return methods.map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
}

describe('the REST routes', () => {
  const MOST = 40;
  let app: ParleyApp;
  let document: Document;
  let routes: { method: string; path: string; operation: Operation }[];
  beforeAll(async () => {
    app = await ParleyApp.start({
      env: {
        REST_RATE_LIMIT_MAX: String(MOST),
        WEBHOOK_RATE_LIMIT_MAX: String(MOST),
        TRANSCRIBE_RATE_LIMIT_MAX: String(MOST),
        METRICS_TOKEN: 'a token for the metrics',
        ELEVENLABS_WEBHOOK_SECRET: 'wsec_0123456789abcdef0123456789abcdef',
        MAIL_WEBHOOK_SECRET: 'whsec_0123456789abcdef0123456789abcdef',
        TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef',
        PUBLIC_ORIGIN: 'https://calls.example.com',
      },
    });
    document = (await (await fetch(`${app.http}/openapi.json`)).json()) as Document;
    routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );
  }, 240_000);
  afterAll(() => app.close());

  const ask = (method: string, path: string, token?: string) =>
    fetch(`${app.http}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
      method: method.toUpperCase(),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  it('are in the document, all of them, and nothing else', () => {
    expect(document.openapi).toBe('3.1.0');
    const told = routes.map(({ method, path }) => `${method} ${path}`);
    expect(told.toSorted()).toEqual([...served(app.app)].toSorted());
    expect(told.length).toBeGreaterThan(15);
    const list = document.paths['/v1/calls']?.['get'];
    expect(list?.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['from', 'to', 'status', 'limit', 'cursor']),
    );
    expect(JSON.stringify(list?.responses)).toContain('callSid');
  });

  it('are for those whom the document names', async () => {
    const REFUSED: Readonly<Record<string, number>> = {
      token: 401,
      admin: 401,
      placer: 401,
      link: 401,
      key: 401,
      metrics: 401,
      signature: 403,
    };
    for (const { method, path, operation } of routes) {
      const protection = operation['x-protection'];
      const { status } = await ask(method, path);
      if (protection === 'none') expect([path, status]).not.toEqual([path, 401]);
      else expect([path, status]).toEqual([path, REFUSED[protection]]);
      const isClaimed = protection === 'admin' || protection === 'placer';
      if (isClaimed) expect((await ask(method, path, app.token('ann'))).status).toBe(403);
    }
  }, 180_000);

  it('may be asked by a page, with every header that they read', async () => {
    const { headers } = await fetch(`${app.http}/v1/calls`, {
      method: 'OPTIONS',
      headers: { origin: 'https://desk.example.com', 'access-control-request-method': 'POST' },
    });
    const listed = (name: string) => headers.get(name)?.toLowerCase().split(',');
    expect(listed('access-control-allow-headers')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'x-api-key']),
    );
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    const answer = await fetch(`${app.http}/health`, { headers: { origin: 'https://desk.example.com' } });
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Retry-After.*Location.*Idempotent-Replayed/);
  });

  it('are asked only so often, each of them', async () => {
    for (const { method, path, operation } of routes) {
      const limit = operation['x-rate-limit'];
      // Which counts by itself: src/transcription has its test.
      if (limit === 'caller') continue;
      const asked = await Promise.all(Array.from({ length: MOST + 1 }, () => ask(method, path)));
      const refused = asked.find(({ status }) => status === 429);
      expect([path, refused?.status]).toEqual([path, 429]);
      expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    }
  }, 180_000);
});

describe('/docs', () => {
  it('is a page that runs nothing and loads nothing', async () => {
    const app = await ParleyApp.start();
    try {
      const response = await fetch(`${app.http}/docs`);
      const html = await response.text();
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(html).toContain('<code>/v1/calls/:callSid/transcript</code>');
      expect(html).not.toMatch(/<script|<link|<img|src=|https?:/i);
    } finally {
      await app.close();
    }
  }, 120_000);
});
