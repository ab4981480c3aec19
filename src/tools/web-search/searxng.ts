import { z } from 'zod';
import { fetchJson } from './fetch-json.js';
import { plainText, webResult } from './plain-text.js';
import { WebSearchError } from './web-search.port.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

const text = z.string().nullish();
const answerSchema = z.object({
  results: z.array(z.object({ url: z.string().catch(''), title: text, content: text }).catch({ url: '' })),
  /** Texts in older versions, objects since 2025. */
  answers: z.array(z.union([z.string(), z.object({ answer: z.string() }).transform(({ answer }) => answer)])).catch([]),
  infoboxes: z.array(z.object({ infobox: z.string(), id: z.string(), content: z.string() })).catch([]),
  /** Engines that gave nothing, each with the reason. */
  unresponsive_engines: z.array(z.unknown()).catch([]),
});

/** Signs that begin a command of SearXNG: `!!g fog` would send the request to another server. */
const COMMAND = /(^|\s)[!?:<]+(?=\S)/g;

/**
 * A SearXNG of one's own (docs.searxng.org/dev/search_api, GET /search?format=json). It asks other engines; which ones, and
 * whether it answers in JSON at all, its settings.yml says.
 */
export class SearxngSearch implements WebSearch {
  readonly name = 'searxng';

  /** @param baseUrl the operator's own, with a path where it has one; may be an address within the house */
  constructor(private readonly baseUrl: string) {}

  async search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer> {
    const url = new URL(`${this.baseUrl.replace(/\/$/, '')}/search`);
    url.search = new URLSearchParams({ q: query.replace(COMMAND, '$1').slice(0, 400), format: 'json' }).toString();
    const { answers, infoboxes, results, unresponsive_engines: silent } = await this.ask(url, signal);
    const boxes = infoboxes.flatMap(({ infobox, id, content }) => webResult(infobox, id, content) ?? []);
    const found = results.flatMap((hit) => webResult(hit.title ?? '', hit.url, hit.content ?? '') ?? []);
    const answer = plainText(answers[0] ?? '', 600);
    const all = [...boxes, ...found.filter(({ url: page }) => boxes.every((box) => box.url !== page))];
    if (answer === '' && all.length === 0 && silent.length > 0) {
      throw new WebSearchError('unreachable', `None of the engines of ${url.host} gave an answer (${silent.length}).`);
    }
    return { ...(answer === '' ? {} : { answer }), results: all.slice(0, limit) };
  }

  private async ask(url: URL, signal: AbortSignal): Promise<z.infer<typeof answerSchema>> {
    try {
      return await fetchJson({ url }, answerSchema, signal);
    } catch (error) {
      // It has no keys: 403 is what it says to a format that is switched off.
      if (!(error instanceof WebSearchError) || error.code !== 'unauthorized') throw error;
      const what = `${url.host} gives no JSON: add json to search.formats in its settings.yml.`;
      throw new WebSearchError('unauthorized', what, { cause: error });
    }
  }
}
