import { plainText } from '../tools/web-search/plain-text.js';
import { EnrichmentError, type EnrichmentSource, type Fact } from './enrichment-source.js';
import { fetchBounded } from './fetch-bounded.js';

const MINUTE_MS = 60_000;
/** Of all feeds together: what a model reads with every turn. */
const MOST_HEADLINES = 6;
const MAX_TITLE_CHARS = 160;
const MAX_SOURCE_CHARS = 60;
const ACCEPT = 'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml, text/xml';

/** Headlines of the feeds (RSS 0.9 to 2.0, Atom) at these addresses. Nothing that a feed points at is fetched. */
export class Headlines implements EnrichmentSource {
  readonly name = 'news';
  readonly freshMs = 10 * MINUTE_MS;
  readonly keepMs = 360 * MINUTE_MS;

  constructor(private readonly feeds: readonly string[]) {}

  /** One from each feed in turn, so that none takes all the room. A feed that fails is left out, unless all do. */
  async fetch(signal: AbortSignal): Promise<readonly Fact[]> {
    const read = await Promise.allSettled(this.feeds.map((feed) => headlinesOf(new URL(feed), signal)));
    signal.throwIfAborted();
    const lists = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = read.find((result) => result.status === 'rejected');
    if (lists.length === 0 && failed !== undefined) throw failed.reason;
    const longest = Math.max(0, ...lists.map((list) => list.length));
    const inTurn = Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list[n] ?? [])).flat();
    return inTurn.slice(0, MOST_HEADLINES);
  }
}

async function headlinesOf(url: URL, signal: AbortSignal): Promise<readonly Fact[]> {
  const { body, contentType } = await fetchBounded(url, ACCEPT, 'NEWS_FEEDS', signal);
  const { parseFeed } = await import('htmlparser2');
  const feed = parseFeed(decoded(body, contentType), { xmlMode: true, decodeEntities: true });
  if (feed === null) throw new EnrichmentError(`${url.host} answers no feed. Check NEWS_FEEDS.`);
  const source = plainText(feed.title ?? '', MAX_SOURCE_CHARS) || url.host;
  return feed.items.slice(0, MOST_HEADLINES).flatMap(({ title = '', pubDate }): readonly Fact[] => {
    const text = plainText(title, MAX_TITLE_CHARS);
    const isDated = pubDate !== undefined && !Number.isNaN(pubDate.getTime());
    return text === '' ? [] : [{ text, source, ...(isDated ? { at: pubDate.toISOString() } : {}) }];
  });
}

/** By the charset of the header, else of the XML declaration, else UTF-8. */
function decoded(body: Buffer, contentType: string): string {
  const declared = /^[^>]*\bencoding=["']([\w.:-]{1,40})["']/.exec(body.subarray(0, 200).toString('latin1'))?.[1];
  const charset = /charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? declared ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // nobody knows that charset
  }
}
