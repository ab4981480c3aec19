import { z } from 'zod';
import { fetchJson } from './fetch-json.js';
import { plainText, webResult } from './plain-text.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

const answerSchema = z.object({
  answer: z.string().nullish(),
  results: z.array(z.object({ title: z.string(), url: z.string(), content: z.string() })),
});

/** Tavily (docs.tavily.com, POST /search): made for models, it also answers in a sentence. */
export class TavilySearch implements WebSearch {
  readonly name = 'tavily';

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl = 'https://api.tavily.com',
  ) {}

  async search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer> {
    const { answer, results } = await fetchJson(
      {
        url: new URL(`${this.baseUrl.replace(/\/$/, '')}/search`),
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.apiKey}` },
        body: { query, max_results: limit, include_answer: 'basic', search_depth: 'basic' },
      },
      answerSchema,
      signal,
    );
    return {
      ...(answer ? { answer: plainText(answer, 600) } : {}),
      results: results.flatMap((hit) => webResult(hit.title, hit.url, hit.content) ?? []).slice(0, limit),
    };
  }
}
