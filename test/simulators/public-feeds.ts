// Public places without a key: CoinGecko's /api/v3/simple/price (only the coins and currencies that it knows are in the answer,
// 429 when asked too often) and feeds, byte for byte as a test has them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpCounts, HttpSimulator } from './http-simulator.js';

export interface SimulatedCoin {
  /** By currency, small letters. */
  readonly price: Readonly<Record<string, number>>;
  readonly change: number | null;
  /** s since the epoch. */
  readonly updatedAt: number;
}

export interface SimulatedFeed {
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly status?: number;
  readonly location?: string;
}

export interface PublicFeedsKnobs {
  readonly coins?: Readonly<Record<string, SimulatedCoin>>;
  /** By path. */
  readonly feeds?: Readonly<Record<string, SimulatedFeed>>;
  /** Takes every request and never answers. */
  readonly hangs?: boolean;
  readonly status?: number;
}

export class PublicFeedsSimulator extends HttpSimulator {
  readonly counts: HttpCounts = { connections: 0, finished: 0, aborted: 0 };
  /** Paths with their queries, in order. */
  readonly asked: string[] = [];

  private constructor(public knobs: PublicFeedsKnobs) {
    super();
  }

  static async start(knobs: PublicFeedsKnobs = {}): Promise<PublicFeedsSimulator> {
    const simulator = new PublicFeedsSimulator(knobs);
    await simulator.listen(0);
    return simulator;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, _body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    this.asked.push(request.url ?? '');
    if (this.knobs.hangs === true) return;
    if (this.knobs.status !== undefined) return void response.writeHead(this.knobs.status).end('{"status":{}}');
    if (pathname === '/api/v3/simple/price') return this.prices(searchParams, response);
    const feed = this.knobs.feeds?.[pathname];
    if (feed === undefined) return void response.writeHead(404).end('not found');
    const { body, contentType = 'application/rss+xml', status = 200, location } = feed;
    response
      .writeHead(status, { 'content-type': contentType, ...(location === undefined ? {} : { location }) })
      .end(body);
  }

  private prices(asked: URLSearchParams, response: ServerResponse): void {
    const currencies = (asked.get('vs_currencies') ?? '').split(',');
    const told = (asked.get('ids') ?? '').split(',').flatMap((id) => {
      const coin = this.knobs.coins?.[id];
      if (coin === undefined) return [];
      const known = currencies.filter((currency) => currency in coin.price);
      const fields = known.flatMap((currency) => [
        [currency, coin.price[currency]],
        ...(asked.get('include_24hr_change') === 'true' ? [[`${currency}_24h_change`, coin.change]] : []),
      ]);
      if (asked.get('include_last_updated_at') === 'true') fields.push(['last_updated_at', coin.updatedAt]);
      return [[id, Object.fromEntries(fields) as unknown]];
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(Object.fromEntries(told)));
  }
}
