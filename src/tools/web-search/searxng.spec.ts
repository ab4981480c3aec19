import { SearxngSimulator } from '../../../test/simulators/searxng.js';
import { SearxngSearch } from './searxng.js';

const signal = new AbortController().signal;
const page = (n: number) => ({ url: `https://a.example/${n}`, title: `Page ${n}`, content: `Text <b>${n}</b>.` });

describe('SearxngSearch', () => {
  let searxng: SearxngSimulator;
  let search: SearxngSearch;

  beforeAll(async () => {
    searxng = await SearxngSimulator.start();
    search = new SearxngSearch(`${searxng.url}/`);
  });
  beforeEach(() => {
    searxng.queries.length = 0;
    searxng.knobs = {};
  });
  afterAll(() => searxng.close());

  it('gives as many results as are wanted, as plain text', async () => {
    searxng.knobs = { results: [page(1), { ...page(2), url: 'ftp://a.example/2' }, page(3), page(4)] };
    expect(await search.search('fog & wind', 2, signal)).toEqual({
      results: [
        { title: 'Page 1', url: 'https://a.example/1', snippet: 'Text 1.' },
        { title: 'Page 3', url: 'https://a.example/3', snippet: 'Text 3.' },
      ],
    });
    expect(searxng.queries).toEqual(['fog & wind']);
  });

  it.each([
    ['an object', { answer: '42 <b>km</b>' }],
    ['a text, as older ones', '42 <b>km</b>'],
  ])('tells its own answer: %s', async (_what, answer) => {
    searxng.knobs = { answers: [answer] };
    expect(await search.search('26 miles in km', 3, signal)).toEqual({ answer: '42 km', results: [] });
  });

  it('puts the page that an infobox tells of first, and once', async () => {
    const infobox = { infobox: 'Fog', id: 'https://a.example/2', content: 'A cloud at the ground.' };
    searxng.knobs = { infoboxes: [infobox], results: [page(1), page(2)] };
    const { results } = await search.search('fog', 3, signal);
    expect(results).toEqual([
      { title: 'Fog', url: 'https://a.example/2', snippet: 'A cloud at the ground.' },
      { title: 'Page 1', url: 'https://a.example/1', snippet: 'Text 1.' },
    ]);
  });

  it('finds nothing, which is another thing than engines that give nothing', async () => {
    expect(await search.search('qwxz', 3, signal)).toEqual({ results: [] });
    searxng.knobs = { suspended: ['google', 'brave'] };
    await expect(search.search('fog', 3, signal)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/None of the engines .*\(2\)/) as string,
    });
    searxng.knobs = { suspended: ['google'], results: [page(1)] };
    expect((await search.search('fog', 3, signal)).results).toHaveLength(1);
  });

  it('says what to set where JSON is switched off', async () => {
    searxng.knobs = { formats: ['html'] };
    await expect(search.search('fog', 3, signal)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/add json to search\.formats in its settings\.yml/) as string,
    });
  });

  it('tells that its limiter allows no more', async () => {
    searxng.knobs = { allowed: 0 };
    await expect(search.search('fog', 3, signal)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it.each(['!!g fog', 'fog !!g', ':de !images ?fog', '<3 fog'])('gives it no command: %s', async (words) => {
    searxng.knobs = { results: [page(1)] };
    expect((await search.search(words, 3, signal)).results).toHaveLength(1);
    expect(searxng.queries[0]).not.toMatch(/(^|\s)[!?:<]/);
  });
});
