import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { EmbeddingsKnobs } from '../../../test/simulators/openai-embeddings.js';
import { adminOf, callerOf, openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../../database/database.js';
import { SqlRpc } from '../../database/rpc/sql-rpc.js';
import { DocumentStore } from '../document-store.js';
import { DocumentSearch } from '../search/document-search.js';
import { DocumentVectors } from './document-vectors.js';
import type { Embedder } from './embedder.port.js';
import { OpenAiEmbedder } from './openai-embedder.js';

// The embedded database, a simulated server of embeddings behind the real SDK, and whatever goes wrong with it.

describe('documents and a server of embeddings', () => {
  const admin = adminOf('ann');
  let database: Database;
  let rpc: SqlRpc;
  let store: DocumentStore;
  let server: OpenAiSimulator;
  let embedder: OpenAiEmbedder;
  let knobs: EmbeddingsKnobs | ((request: number) => EmbeddingsKnobs) = {};
  const warnings: string[] = [];

  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    rpc = new SqlRpc(database);
    store = new DocumentStore(rpc);
    server = await OpenAiSimulator.start({
      embeddings: (request) => (typeof knobs === 'function' ? knobs(request) : knobs),
    });
    embedder = new OpenAiEmbedder({ baseUrl: server.url, apiKey: SIMULATED_OPENAI_KEY, model: 'simulated' });
  }, 60_000);
  beforeEach(() => {
    knobs = {};
    warnings.length = 0;
  });
  afterEach(async () => {
    for (const { slug } of await store.list(access())) await store.remove(slug, access());
  });
  afterAll(async () => {
    await embedder.close();
    await server.close();
    await database.close();
  });

  const access = (signal = new AbortController().signal) => ({ caller: admin, signal });
  const add = (source: string, text: string) => store.add({ source, bytes: new TextEncoder().encode(text) }, access());
  const vectors = (by: Embedder = embedder) => new DocumentVectors(rpc, by);
  const fill = (by = vectors(), signal = new AbortController().signal) => by.embedMissing(admin, signal);
  const embedded = async () => (await store.list(access())).map((document) => document.embedded);
  const searchWith = (by: Embedder | undefined, embedMs?: number) =>
    new DocumentSearch(rpc, {
      embedder: by,
      synonyms: [],
      warn: (line) => warnings.push(line),
      ...(embedMs === undefined ? {} : { embedMs }),
    });
  const ask = (words: string, search = searchWith(embedder)) =>
    search.searchDocuments({ words }, 3, { caller: callerOf('demo'), signal: new AbortController().signal });

  const constant = (model: string): Embedder => ({
    model,
    embed: (texts) => Promise.resolve(texts.map(() => [1, 0, 0])),
    close: () => Promise.resolve(),
  });

  it('embed each chunk as a whole, by what callers call it, by its sentences and by the questions of its document, and not again', async () => {
    await add(
      'zoo.md',
      '---\nkeywords: animals, visit\nquestions: [Can I bring my dog?, 7]\n---\n# Zoo\n\nWe open at nine. We close at five.\n\n## Lions\n\nThey are fed at noon.',
    );
    expect(await fill()).toBe(2);
    expect(server.embeddingsRequests.at(-1)?.input).toEqual([
      'Zoo. We open at nine. We close at five.',
      'animals, visit',
      'Zoo: We open at nine.',
      'Zoo: We close at five.',
      'Can I bring my dog?',
      'Zoo, Lions. They are fed at noon.',
      'animals, visit',
      'Zoo, Lions: They are fed at noon.',
      'Can I bring my dog?',
    ]);
    expect(await embedded()).toEqual([2]);
    const requests = server.counts.embeddings;
    expect(await fill()).toBe(0);
    expect(server.counts.embeddings).toBe(requests);
  });

  it('are found by a question that their document says it answers, and read out from their text', async () => {
    await add('zoo.md', '---\nquestions: [Is my dog welcome?]\n---\n# Zoo\n\nPets stay outside.');
    await add('pool.md', '# Pool\n\nThe water is warm.');
    for (const by of [embedder, undefined]) {
      await fill();
      const [hit] = await ask('dog welcome', searchWith(by));
      expect(hit).toMatchObject({ title: 'Zoo', content: 'Pets stay outside.' });
    }
  });

  it('embed them once, however many servers start at the same time', async () => {
    const pages = Array.from({ length: 30 }, (_, n) => `## Cage ${n}\n\nCage ${n} is about lions.`);
    await add('cages.md', `# Cages\n\n${pages.join('\n\n')}`);
    const requests = server.embeddingsRequests.length;
    const done = await Promise.all([fill(), fill(), fill()]);
    expect(done.reduce((sum, one) => sum + one, 0)).toBe(30);
    const texts = server.embeddingsRequests.slice(requests).flatMap(({ input }) => input);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('embed what is added while others are embedded', async () => {
    await add('first.md', 'Lions are fed at noon.');
    const filler = vectors();
    const first = fill(filler);
    await add('second.md', 'Seals are fed at two.');
    expect((await first) + (await fill(filler))).toBe(2);
  });

  it('wait for a server that is busy, and ask it again', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    const first = server.counts.embeddings;
    knobs = (request) => (request === first ? { refusal: { status: 429, headers: { 'retry-after': '0' } } } : {});
    expect(await fill()).toBe(1);
    expect(server.counts.embeddings).toBe(first + 2);
  });

  it.each<readonly [what: string, knobs: EmbeddingsKnobs, said: readonly unknown[]]>([
    ['refuses', { refusal: { status: 401 } }, [expect.stringMatching(/^Documents are found by their words only: /)]],
    ['sends too few vectors', { missing: 1 }, [expect.stringMatching(/no vector for each text/)]],
    // Of which a question alone cannot know.
    ['sends vectors of several lengths', { uneven: true }, []],
  ])('are kept and found by their words when it %s, and are embedded the next time', async (_, fault, said) => {
    knobs = fault;
    await add('zoo.md', 'Lions are fed at noon.');
    await expect(fill()).rejects.toMatchObject({ name: 'ProviderError' });
    expect((await ask('when are lions fed'))[0]?.content).toBe('Lions are fed at noon.');
    expect(warnings).toEqual(said);
    knobs = {};
    expect(await fill()).toBe(1);
  });

  it('are found by their words when the server is too slow for the call', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    await fill();
    knobs = { hang: true };
    const hits = await ask('when are lions fed', searchWith(embedder, 30));
    expect(hits[0]?.content).toBe('Lions are fed at noon.');
    expect(warnings).toEqual([expect.stringMatching(/took longer than 30 ms \(EMBEDDINGS_TIMEOUT_MS\)/)]);
  });

  it('are found by their words when another model has embedded them, in vectors of another length', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    await fill();
    knobs = { dimensions: 32 };
    expect((await ask('when are lions fed'))[0]?.content).toBe('Lions are fed at noon.');
    expect((await ask('when are lions fed', searchWith(constant('other'))))[0]?.content).toBe('Lions are fed at noon.');
  });

  it('are embedded anew for another model, and only by it', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    await fill();
    expect(await fill(vectors(constant('other')))).toBe(1);
    expect(await embedded()).toEqual([1]);
  });

  it('get no vectors of a text that was replaced meanwhile', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    const gate = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const slow: Embedder = {
      model: 'slow',
      async embed(texts) {
        begun.resolve(undefined);
        await gate.promise;
        return texts.map(() => [1, 0]);
      },
      close: () => Promise.resolve(),
    };
    const filling = fill(vectors(slow));
    await begun.promise;
    await add('zoo.md', 'Seals are fed at two.');
    gate.resolve(undefined);
    await filling;
    expect(await embedded()).toEqual([0]);
    expect(await fill(vectors(slow))).toBe(1);
  });

  it('stop being embedded when the server stops', async () => {
    await add('zoo.md', 'Lions are fed at noon.');
    knobs = { hang: true };
    const stop = new AbortController();
    const asked = server.counts.embeddings;
    const filling = fill(vectors(), stop.signal);
    while (server.counts.embeddings === asked) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(filling).rejects.toMatchObject({ name: 'AbortError' });
    // Given back: whoever starts next need not wait.
    knobs = {};
    expect(await fill()).toBe(1);
  });
});
