import { LRUCache } from 'lru-cache';
import { WebSearchError } from './web-search.port.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

interface Kept {
  readonly answer: WebAnswer;
  /** Epoch ms. */
  readonly at: number;
}

export interface CacheOptions {
  /** How long an answer is as good as a new one, ms. */
  readonly freshMs?: number;
  /** How long it is better than none, ms. */
  readonly keepMs?: number;
  /** Answers kept; each is a few kilobytes. */
  readonly max?: number;
  /** Epoch ms. */
  readonly now?: () => number;
}

/**
 * Asks a search once for what is asked again. When it cannot be reached, what it said before is given with its date.
 *
 * All callers share what is kept: an answer depends on the words alone. Words that look like somebody's own (an address, a
 * long number) are not kept, so that nobody finds out by the clock that they were asked for.
 */
export class CachedSearch implements WebSearch {
  readonly name: string;
  private readonly kept: LRUCache<string, Kept>;
  private readonly freshMs: number;
  private readonly keepMs: number;
  private readonly now: () => number;

  constructor(
    private readonly search_: WebSearch,
    { freshMs = 600_000, keepMs = 86_400_000, max = 200, now = Date.now }: CacheOptions = {},
  ) {
    this.name = search_.name;
    this.freshMs = freshMs;
    this.keepMs = keepMs;
    this.now = now;
    this.kept = new LRUCache({ max });
  }

  async search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer> {
    const words = query.trim().replaceAll(/\s+/g, ' ').toLowerCase();
    if (isPersonal(words)) return await this.search_.search(query, limit, signal);
    const key = `${limit} ${words}`;
    const kept = this.kept.get(key);
    if (kept !== undefined && this.now() - kept.at < this.freshMs) return kept.answer;
    try {
      const answer = await this.search_.search(query, limit, signal);
      this.kept.set(key, { answer, at: this.now() });
      return answer;
    } catch (error) {
      if (kept === undefined || this.now() - kept.at >= this.keepMs || !isPassing(error)) throw error;
      return { ...kept.answer, asOf: new Date(kept.at).toISOString() };
    }
  }
}

/** An address, or six digits and more, with or without blanks between them. */
const isPersonal = (words: string): boolean => words.includes('@') || /\d(?:[\s-]?\d){5}/.test(words);

/** It may be there again in a moment: nothing is wrong with the question, the key or the settings. */
const isPassing = (error: unknown): boolean =>
  error instanceof WebSearchError
    ? error.code === 'unreachable' || error.code === 'rate_limited'
    : error instanceof DOMException && error.name === 'TimeoutError';
