import { z } from 'zod';
import { fetchJson } from './fetch-json.js';
import { webResult } from './plain-text.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

const searchSchema = z.object({
  pages: z.array(z.object({ key: z.string(), title: z.string(), excerpt: z.string().nullish() })),
});
const summarySchema = z.object({ extract: z.string() });

/**
 * Wikipedia (REST search and page summaries): needs no key. An encyclopedia: it knows what weather is, not what the
 * weather is, so it gives results and never an answer.
 */
export class WikipediaSearch implements WebSearch {
  readonly name = 'wikipedia';

  constructor(private readonly baseUrl = 'https://en.wikipedia.org') {}

  async search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer> {
    const base = this.baseUrl.replace(/\/$/, '');
    const url = new URL(`${base}/w/rest.php/v1/search/page`);
    url.search = new URLSearchParams({ q: query.slice(0, 300), limit: String(limit) }).toString();
    const { pages } = await fetchJson({ url }, searchSchema, signal);
    const results = await Promise.all(
      pages.slice(0, limit).map(async ({ key, title, excerpt }, index) => {
        const page = encodeURIComponent(key);
        // The excerpt is a piece from anywhere in the page; the best result is worth its first paragraph.
        const summary = index === 0 ? await this.summary(base, page, signal) : undefined;
        return webResult(title, `${base}/wiki/${page}`, summary ?? excerpt ?? '');
      }),
    );
    return { results: results.flatMap((result) => result ?? []) };
  }

  /** Undefined when it cannot be had: the excerpt does as well. */
  private async summary(base: string, page: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const url = new URL(`${base}/api/rest_v1/page/summary/${page}`);
      return (await fetchJson({ url }, summarySchema, signal)).extract;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}
