// SearXNG's GET /search (docs.searxng.org/dev/search_api): JSON only where its settings allow it, 403 otherwise; as many
// results as its engines give, whatever is asked for; engines that gave nothing by name and reason; `!!` and a bang leads to
// another server.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpCounts, HttpSimulator } from './http-simulator.js';

export interface SearxngPage {
  readonly url: string;
  readonly title: string;
  readonly content?: string;
}

export interface SearxngKnobs {
  readonly results?: readonly SearxngPage[];
  /** As versions since 2025 tell them, or as texts. */
  readonly answers?: readonly (string | { readonly answer: string })[];
  readonly infoboxes?: readonly { readonly infobox: string; readonly id: string; readonly content: string }[];
  /** Names of engines that are suspended. */
  readonly suspended?: readonly string[];
  /** `html` alone is its default. */
  readonly formats?: readonly string[];
  /** Its limiter: so many requests are answered, then 429. */
  readonly allowed?: number;
  /** Takes the request and never answers. */
  readonly hangs?: boolean;
}

export class SearxngSimulator extends HttpSimulator {
  readonly counts: HttpCounts = { connections: 0, finished: 0, aborted: 0 };
  /** What was asked for, in order. */
  readonly queries: string[] = [];

  private constructor(public knobs: SearxngKnobs) {
    super();
  }

  static async start(knobs: SearxngKnobs = {}, port = 0): Promise<SearxngSimulator> {
    const simulator = new SearxngSimulator(knobs);
    await simulator.listen(port);
    return simulator;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const { formats = ['html', 'json'], allowed = Infinity, suspended = [], hangs = false } = this.knobs;
    const query = searchParams.get('q') ?? '';
    const format = searchParams.get('format') ?? 'html';
    const end = (status: number, body: string, type = 'text/html'): void => {
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
    };
    if (pathname !== '/search' && pathname !== '/') return end(404, '<h1>Not Found</h1>');
    if (query === '') return end(400, '<h1>Bad Request</h1>');
    if (!formats.includes(format)) return end(403, '<h1>Forbidden</h1>');
    if (this.queries.length >= allowed) return end(429, '<h1>Too Many Requests</h1>');
    this.queries.push(query);
    if (hangs) return;
    if (/(^|\s)!!\S/.test(query)) return void response.writeHead(302, { location: 'http://bang.example/' }).end();
    if (format !== 'json') return end(200, '<html></html>');
    const { results = [], answers = [], infoboxes = [] } = this.knobs;
    const body = {
      query,
      number_of_results: 0,
      results: results.map(({ content = '', ...page }, n) => ({
        ...page,
        content,
        thumbnail: null,
        engine: 'duckduckgo',
        parsed_url: Object.values({ ...splitOf(page.url) }),
        template: 'default.html',
        engines: ['duckduckgo'],
        positions: [n + 1],
        score: 1 / (n + 1),
        category: 'general',
        publishedDate: null,
      })),
      answers: answers.map((answer) =>
        typeof answer === 'string'
          ? answer
          : { url: null, engine: 'plugin', parsed_url: null, template: 'answer/legacy.html', ...answer },
      ),
      corrections: [],
      infoboxes: infoboxes.map((box) => ({ ...box, urls: [], attributes: [], engine: 'wikipedia' })),
      suggestions: [],
      unresponsive_engines: suspended.map((name) => [name, 'Suspended: too many requests']),
    };
    end(200, JSON.stringify(body), 'application/json');
  }
}

/** Python's urlparse as JSON. */
function splitOf(url: string): Readonly<Record<string, string>> {
  const { protocol, host, pathname, search, hash } = new URL(url);
  return { scheme: protocol.slice(0, -1), netloc: host, path: pathname, params: '', query: search, fragment: hash };
}
