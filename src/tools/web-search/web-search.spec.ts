import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callOf, contextOf, registryOf } from '../../../test/support/tools.js';
import { answering } from '../answers/answer.js';
import { BraveSearch } from './brave.js';
import { TavilySearch } from './tavily.js';
import type { WebSearch } from './web-search.port.js';
import { webSearchPlan } from './web-search.plan.js';
import { webSearchTool } from './web-search.tool.js';
import { WikipediaSearch } from './wikipedia.js';

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

const json =
  (body: unknown, status = 200): Answer =>
  (_request, _body, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** What the three services answer for the same two pages, each in its own form. */
const PAGES = {
  tavily: {
    answer: 'It is <b>foggy</b>.',
    results: [
      { title: 'Fog &amp; wind', url: 'https://a.example/1', content: 'Cool <em>summers</em>.', score: 0.9 },
      { title: 'Evil', url: 'javascript:alert(1)', content: 'no' },
      { title: 'Second', url: 'https://a.example/2', content: 'More.' },
    ],
  },
  brave: {
    web: {
      results: [
        { title: 'Fog &amp; wind', url: 'https://a.example/1', description: 'Cool <strong>summers</strong>.' },
        { title: 'Second', url: 'https://a.example/2', description: 'More.' },
      ],
    },
  },
  wikipedia: {
    pages: [
      { key: 'Fog_/_wind', title: 'Fog &amp; wind', excerpt: 'a <span class="searchmatch">piece</span>' },
      { key: 'Second', title: 'Second', excerpt: 'More.' },
    ],
  },
};

describe('web_search', () => {
  let server: Server;
  let base: string;
  let answer: Answer;
  const seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Uint8Array[] = [];
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        seen.push({ url: request.url ?? '', headers: request.headers, body });
        answer(request, body, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const run = (search: WebSearch | undefined, args: object = { query: 'weather in San Francisco' }) => {
    const { registry, faults } = registryOf(webSearchTool(search));
    return registry.run(callOf('web_search', args), contextOf()).then((outcome) => ({ outcome, faults }));
  };

  it('asks Tavily and gives its answer as plain text', async () => {
    answer = json(PAGES.tavily);
    const { outcome } = await run(new TavilySearch('tvly-key', `${base}/`), { query: 'weather', limit: 2 });
    expect(outcome).toEqual({
      ok: true,
      untrusted: true,
      data: {
        answer: 'It is foggy.',
        results: [
          { title: 'Fog & wind', url: 'https://a.example/1', snippet: 'Cool summers.' },
          { title: 'Second', url: 'https://a.example/2', snippet: 'More.' },
        ],
      },
      sources: [
        { title: 'Fog & wind', url: 'https://a.example/1' },
        { title: 'Second', url: 'https://a.example/2' },
      ],
    });
    expect(seen[0]).toMatchObject({ url: '/search', headers: { authorization: 'Bearer tvly-key' } });
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ query: 'weather', max_results: 2 });
  });

  it('asks Brave with its key', async () => {
    answer = json(PAGES.brave);
    const { outcome } = await run(new BraveSearch('brave-key', base));
    expect(outcome).toMatchObject({
      ok: true,
      data: { results: [{ title: 'Fog & wind', snippet: 'Cool summers.' }, {}] },
    });
    expect(seen[0]).toMatchObject({
      url: '/res/v1/web/search?q=weather+in+San+Francisco&count=3',
      headers: { 'x-subscription-token': 'brave-key' },
    });
  });

  it('asks Wikipedia, and reads the first page’s summary', async () => {
    answer = (request, body, response) =>
      json(request.url?.includes('/summary/') ? { extract: 'Fog is a cloud.' } : PAGES.wikipedia)(
        request,
        body,
        response,
      );
    const { outcome } = await run(new WikipediaSearch(base));
    expect(outcome).toMatchObject({
      ok: true,
      data: {
        results: [
          { title: 'Fog & wind', url: `${base}/wiki/Fog_%2F_wind`, snippet: 'Fog is a cloud.' },
          { title: 'Second', url: `${base}/wiki/Second`, snippet: 'More.' },
        ],
      },
    });
    expect(seen[0]?.headers['user-agent']).toMatch(/^Parley/);
  });

  it('does with Wikipedia’s excerpt when the summary cannot be had', async () => {
    answer = (request, body, response) =>
      json(request.url?.includes('/summary/') ? {} : PAGES.wikipedia, request.url?.includes('/summary/') ? 404 : 200)(
        request,
        body,
        response,
      );
    const { outcome } = await run(new WikipediaSearch(base));
    expect(outcome).toMatchObject({ ok: true, data: { results: [{ snippet: 'a piece' }, {}] } });
  });

  it('finds nothing without making something up', async () => {
    answer = json({ results: [] });
    expect((await run(new TavilySearch('k', base))).outcome).toMatchObject({ ok: true, data: { results: [] } });
  });

  it('says of an answer that is kept how old it is', () => {
    const plan = webSearchPlan(answering([]));
    const question = { topic: ['weather'], own: ['weather'], question: 'what is the weather' };
    const asked = { values: {}, question, today: { year: 2026, month: 3, day: 2 }, answers: 1 };
    const data = { answer: 'It is foggy.', results: [], asOf: '2026-03-01T12:00:00.000Z' };
    expect(plan.say(data, asked)).toBe('I cannot reach the web now, but on March 1st I found this. It is foggy.');
  });

  it('asks for what is to be looked up, and not for who is to do it', async () => {
    answer = json(PAGES.brave);
    await run(new BraveSearch('k', base), { query: 'google the weather in Oslo for me would you' });
    expect(seen[0]?.url).toContain('q=the+weather+in+Oslo&');
  });

  it('follows its own server from one address to another', async () => {
    answer = (request, body, response) =>
      request.url?.startsWith('/res/') === true
        ? response.writeHead(301, { location: '/moved' }).end()
        : json(PAGES.brave)(request, body, response);
    const { outcome } = await run(new BraveSearch('k', base));
    expect(outcome).toMatchObject({ ok: true, data: { results: [{ title: 'Fog & wind' }, {}] } });
    expect(seen.map(({ url }) => url.split('?')[0])).toEqual(['/res/v1/web/search', '/moved']);
  });

  describe('failures', () => {
    const cutOff: Answer = (request) => request.socket.destroy();
    const portal: Answer = (_request, _body, response) => response.end('<html>captive portal</html>');
    const redirect: Answer = (_request, _body, response) =>
      response.writeHead(302, { location: 'http://evil.example/' }).end();
    const within: Answer = (_request, _body, response) =>
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    const loop: Answer = (request, _body, response) => response.writeHead(307, { location: request.url ?? '' }).end();
    const endless: Answer = (_request, _body, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    };
    const OFFLINE = /cannot reach the web at the moment/;
    it.each([
      ['a wrong key', json({}, 401), 'unavailable', /not set up properly/],
      ['a plan that is used up', json({}, 432), 'unavailable', /not set up properly/],
      ['too many searches', json({}, 429), 'unavailable', /too often/],
      ['a fault of the service', json({}, 502), 'unavailable', OFFLINE],
      ['an answer of another form', json({ hello: 1 }), 'failed', /cannot read/],
      ['no JSON', portal, 'failed', /cannot read/],
      ['a connection that breaks', cutOff, 'unavailable', OFFLINE],
      ['a redirect, which would carry the key along', redirect, 'unavailable', OFFLINE],
      ['a redirect to an address within', within, 'unavailable', OFFLINE],
      ['a redirect without end', loop, 'unavailable', OFFLINE],
      ['an answer without end', endless, 'failed', /cannot read/],
    ] as const)('%s', async (_what, behaviour, code, sentence) => {
      answer = behaviour;
      const { outcome, faults } = await run(new TavilySearch('secret-key', base), { query: 'my private question' });
      expect(outcome).toMatchObject({ ok: false, code, message: expect.stringMatching(sentence) });
      expect(String(faults[0])).not.toMatch(/secret-key|private/);
    });

    it('no network', async () => {
      const { outcome } = await run(new TavilySearch('k', 'http://127.0.0.1:9'));
      expect(outcome).toMatchObject({ ok: false, code: 'unavailable', message: expect.stringMatching(OFFLINE) });
    });

    it('a service that never answers: given up in time', async () => {
      answer = () => undefined;
      const { outcome } = await run(new TavilySearch('k', base));
      expect(outcome).toMatchObject({ ok: false, code: 'unavailable', message: expect.stringMatching(OFFLINE) });
    });

    it('an interruption stops the request', async () => {
      const gone = new Promise((resolve) => {
        answer = (request) => request.socket.once('close', resolve);
      });
      const stop = new AbortController();
      const pending = registryOf(webSearchTool(new TavilySearch('k', base))).registry.run(
        callOf('web_search', { query: 'weather' }),
        contextOf('demo', stop.signal),
      );
      while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      stop.abort();
      expect(await pending).toMatchObject({ ok: false, code: 'cancelled' });
      await gone;
    });

    it('web search that is switched off', async () => {
      expect((await run(undefined)).outcome).toMatchObject({
        ok: false,
        code: 'unavailable',
        message: expect.stringMatching(/no access to the web here/),
      });
    });
  });
});
