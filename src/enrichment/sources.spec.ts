import { PublicFeedsSimulator } from '../../test/simulators/public-feeds.js';
import { CoinGeckoPrices } from './coingecko.js';
import { Headlines } from './headlines.js';

const signal = new AbortController().signal;
const AT = Date.UTC(2026, 2, 1, 12) / 1000;

const rss = (...titles: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Morning Post</title>${titles
    .map((title) => `<item><title>${title}</title><pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate></item>`)
    .join('')}</channel></rss>`;

describe('enrichment sources', () => {
  let server: PublicFeedsSimulator;

  beforeAll(async () => {
    server = await PublicFeedsSimulator.start();
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.knobs = {
      coins: {
        bitcoin: { price: { usd: 67187.3358, eur: 61000 }, change: 3.637, updatedAt: AT },
        pepe: { price: { usd: 0.0000123456 }, change: null, updatedAt: AT },
      },
    };
  });
  afterAll(() => server.close());

  describe('CoinGeckoPrices', () => {
    const prices = (coins: readonly string[], currency = 'usd') =>
      new CoinGeckoPrices({ coins, currency, baseUrl: `${server.url}/` }).fetch(signal);

    it('tells prices with their change and their moment, in the order that was asked for', async () => {
      expect(await prices(['pepe', 'bitcoin', 'nosuchcoin'], 'USD')).toEqual([
        { text: 'pepe: 0.00001235 USD', source: 'CoinGecko', at: '2026-03-01T12:00:00.000Z' },
        { text: 'bitcoin: 67,187.336 USD (+3.6 % in 24 hours)', source: 'CoinGecko', at: '2026-03-01T12:00:00.000Z' },
      ]);
      expect(server.asked[0]).toContain('/api/v3/simple/price?ids=pepe%2Cbitcoin%2Cnosuchcoin&vs_currencies=usd&');
    });

    it.each([
      ['coins that it does not know', {}, ['BTC'], /ENRICHMENT_COINS/],
      ['too many requests', { status: 429 }, ['bitcoin'], /no more requests for now/],
      ['a fault', { status: 503 }, ['bitcoin'], /answers 503.*COINGECKO_BASE_URL/],
    ])('says what to do about %s', async (_what, knobs, coins, message) => {
      server.knobs = { ...server.knobs, ...knobs };
      await expect(prices(coins)).rejects.toMatchObject({
        name: 'EnrichmentError',
        message: expect.stringMatching(message) as string,
      });
    });
  });

  describe('Headlines', () => {
    const headlines = (...paths: readonly string[]) =>
      new Headlines(paths.map((path) => `${server.url}${path}`)).fetch(signal);
    const texts = async (...paths: readonly string[]) => (await headlines(...paths)).map(({ text }) => text);
    const serve = (feeds: Readonly<Record<string, string | Buffer>>, contentType?: string): void => {
      const entries = Object.entries(feeds).map(([path, body]) => [
        path,
        { body, ...(contentType && { contentType }) },
      ]);
      server.knobs = { feeds: Object.fromEntries(entries) };
    };

    it('tells the titles of RSS, with who says so and when, and fetches nothing else', async () => {
      serve({ '/rss': rss('Fog &amp; wind', '<![CDATA[<b>Second</b> story]]>') });
      expect(await headlines('/rss')).toEqual([
        { text: 'Fog & wind', source: 'Morning Post', at: '2026-03-01T09:00:00.000Z' },
        { text: 'Second story', source: 'Morning Post', at: '2026-03-01T09:00:00.000Z' },
      ]);
      expect(server.asked).toEqual(['/rss']);
    });

    it.each([
      [
        'Atom',
        `<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><link href="https://x.example/"/>
         <entry><title type="html">One &amp;lt;em&amp;gt;thing&amp;lt;/em&amp;gt;</title><id>1</id><updated>2026-03-01T09:00:00Z</updated></entry></feed>`,
        'One thing',
      ],
      [
        'RSS 1.0',
        `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel><title>Old</title></channel>
         <item><title>A thing</title></item></rdf:RDF>`,
        'A thing',
      ],
      [
        'entities of its own, which are not resolved',
        `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>T</title><item><title>a &x; b</title></item></channel></rss>`,
        'a &x; b',
      ],
    ])('reads %s', async (_what, body, text) => {
      serve({ '/feed': body });
      expect(await texts('/feed')).toEqual([text]);
    });

    it('reads other charsets, by the header or by the declaration', async () => {
      const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${rss('Caf\u00e9').slice(38)}`, 'latin1');
      serve({ '/declared': latin }, 'text/xml');
      expect(await texts('/declared')).toEqual(['Café']);
      serve({ '/header': Buffer.from(rss('Caf\u00e9'), 'latin1') }, 'text/xml; charset=iso-8859-1');
      expect(await texts('/header')).toEqual(['Café']);
    });

    it('bounds what it tells, and gives no feed all the room', async () => {
      const many = Array.from({ length: 50 }, (_, n) => `Story ${n} ${'long '.repeat(100)}`);
      serve({ '/a': rss(...many), '/b': rss('The only one') });
      const told = await texts('/a', '/b');
      expect(told).toHaveLength(6);
      expect(told[1]).toBe('The only one');
      expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(160);
    });

    it('leaves out a feed that fails, and says what to do when all do', async () => {
      serve({ '/a': rss('Here'), '/page': '<html><body>No feed</body></html>' });
      expect(await texts('/none', '/a', '/page')).toEqual(['Here']);
      await expect(headlines('/page')).rejects.toThrow(/answers no feed\. Check NEWS_FEEDS\.$/);
      await expect(headlines('/none')).rejects.toThrow(/answers 404\. Check NEWS_FEEDS\.$/);
    });

    it('goes to no other server', async () => {
      server.knobs = {
        feeds: {
          '/moved': { body: '', status: 301, location: '/feed' },
          '/away': { body: '', status: 301, location: 'http://169.254.169.254/feed' },
          '/feed': { body: rss('Here') },
        },
      };
      expect(await texts('/moved')).toEqual(['Here']);
      await expect(headlines('/away')).rejects.toThrow(/leads elsewhere \(301\)/);
    });
  });
});
