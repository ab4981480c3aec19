import { z } from 'zod';
import { fetchJson } from './fetch-json.js';
import { webResult } from './plain-text.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

const answerSchema = z.object({
  web: z
    .object({ results: z.array(z.object({ title: z.string(), url: z.string(), description: z.string().default('') })) })
    .default({ results: [] }),
});

/** Brave Search (api-dashboard.search.brave.com, GET /res/v1/web/search). */
export class BraveSearch implements WebSearch {
  readonly name = 'brave';

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl = 'https://api.search.brave.com',
  ) {}

  async search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer> {
    const url = new URL(`${this.baseUrl.replace(/\/$/, '')}/res/v1/web/search`);
    // 400 characters is the most that it takes.
    url.search = new URLSearchParams({ q: query.slice(0, 400), count: String(limit) }).toString();
    const headers = { 'x-subscription-token': this.apiKey };
    const { web } = await fetchJson({ url, headers }, answerSchema, signal);
    return {
      results: web.results.flatMap((hit) => webResult(hit.title, hit.url, hit.description) ?? []).slice(0, limit),
    };
  }
}
