import { CachedSearch } from './cached-search.js';
import { WebSearchError } from './web-search.port.js';
import type { WebAnswer, WebSearch } from './web-search.port.js';

const MINUTE = 60_000;
const signal = new AbortController().signal;

/** Answers each question with how often it was asked anything. */
class CountingSearch implements WebSearch {
  readonly name = 'counting';
  readonly asked: string[] = [];
  failure: Error | undefined;

  search(query: string): Promise<WebAnswer> {
    this.asked.push(query);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return Promise.resolve({ answer: `answer ${this.asked.length}`, results: [] });
  }
}

describe('CachedSearch', () => {
  let time = Date.UTC(2026, 2, 1, 12);
  let inner: CountingSearch;
  let search: CachedSearch;

  beforeEach(() => {
    inner = new CountingSearch();
    search = new CachedSearch(inner, { freshMs: 10 * MINUTE, keepMs: 60 * MINUTE, max: 2, now: () => time });
  });

  it('asks once for the same words, as long as they are fresh', async () => {
    const first = await search.search('Fog in Oslo', 3, signal);
    time += 9 * MINUTE;
    expect(await search.search('  fog in  oslo', 3, signal)).toBe(first);
    expect(inner.asked).toEqual(['Fog in Oslo']);
    time += 2 * MINUTE;
    expect(await search.search('fog in oslo', 3, signal)).toMatchObject({ answer: 'answer 2' });
  });

  it('tells other words and other numbers of results apart', async () => {
    for (const [query, limit] of [
      ['fog', 3],
      ['fogs', 3],
      ['fog', 1],
    ] as const)
      await search.search(query, limit, signal);
    expect(inner.asked).toHaveLength(3);
  });

  it('forgets the words that were longest not asked for', async () => {
    for (const query of ['a b', 'c d', 'a b', 'e f', 'a b', 'c d']) await search.search(query, 3, signal);
    expect(inner.asked).toEqual(['a b', 'c d', 'e f', 'c d']);
  });

  it.each(['who is ada.park@example.com', 'iban DE89 3704 0044', 'card 4111-1111-1111-1111', 'call 555 123 4567'])(
    'keeps nothing of what may be somebody’s own: %s',
    async (query) => {
      await search.search(query, 3, signal);
      await search.search(query, 3, signal);
      expect(inner.asked).toEqual([query, query]);
    },
  );

  it('keeps no failure', async () => {
    inner.failure = new WebSearchError('unreachable', 'x');
    await expect(search.search('fog', 3, signal)).rejects.toBe(inner.failure);
    inner.failure = undefined;
    expect(await search.search('fog', 3, signal)).toEqual({ answer: 'answer 2', results: [] });
  });

  it.each([
    ['cannot be reached', new WebSearchError('unreachable', 'x'), true],
    ['allows no more', new WebSearchError('rate_limited', 'x'), true],
    ['is too slow', new DOMException('late', 'TimeoutError'), true],
    ['refuses the key', new WebSearchError('unauthorized', 'x'), false],
    ['is no longer asked by the caller', new DOMException('interrupted', 'AbortError'), false],
  ])('gives what it has, with its date, where the search %s', async (_what, failure, isGiven) => {
    const asOf = new Date(time).toISOString();
    await search.search('fog', 3, signal);
    inner.failure = failure;
    time += 20 * MINUTE;
    const again = search.search('fog', 3, signal);
    if (isGiven) expect(await again).toEqual({ answer: 'answer 1', results: [], asOf });
    else await expect(again).rejects.toBe(failure);
    time += 60 * MINUTE;
    await expect(search.search('fog', 3, signal)).rejects.toBe(failure);
  });
});
