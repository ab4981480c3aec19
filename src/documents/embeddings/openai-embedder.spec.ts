import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { OpenAiSimulatorOptions } from '../../../test/simulators/openai.js';
import type { EmbeddingsKnobs } from '../../../test/simulators/openai-embeddings.js';
import { OpenAiEmbedder } from './openai-embedder.js';

describe('embeddings of an OpenAI-compatible server', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  async function open(options: OpenAiSimulatorOptions = {}, apiKey: string | undefined = SIMULATED_OPENAI_KEY) {
    const server = await OpenAiSimulator.start(options);
    const embedder = new OpenAiEmbedder({ baseUrl: server.url, apiKey, model: 'text-embedding-3-small' });
    cleanUps.push(
      () => server.close(),
      () => embedder.close(),
    );
    const embed = (texts: readonly string[], signal = AbortSignal.timeout(10_000)) => embedder.embed(texts, signal);
    return { server, embed };
  }
  const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, n) => sum + one * (b[n] ?? 0), 0);

  it('gives a vector for each text, in order, in requests that a small server takes', async () => {
    const { server, embed } = await open({ embeddings: { order: 'backwards' } });
    const texts = Array.from({ length: 130 }, (_, n) => `text number ${n}`);
    const vectors = await embed(texts);
    expect(vectors).toHaveLength(130);
    expect(server.embeddingsRequests.map(({ input }) => input.length)).toEqual([64, 64, 2]);
    expect(server.embeddingsRequests[0]).toMatchObject({ model: 'text-embedding-3-small', encoding_format: 'float' });
    const [again] = await embed(['text number 77']);
    expect(cosine(vectors[77] ?? [], again ?? [])).toBeCloseTo(1);
  });

  it('asks for nothing when there are no texts, and sends none that is longer than servers take', async () => {
    const { server, embed } = await open();
    expect(await embed([])).toEqual([]);
    expect(server.counts.embeddings).toBe(0);
    expect(await embed(['x'.repeat(100_000)])).toHaveLength(1);
  });

  it('needs no key where the server wants none', async () => {
    const { embed } = await open({ apiKey: null }, undefined);
    expect(await embed(['refunds'])).toHaveLength(1);
  });

  it.each<readonly [what: string, knobs: EmbeddingsKnobs, error: object]>([
    [
      'a limit',
      { refusal: { status: 429, headers: { 'retry-after': '2' } } },
      { code: 'rate_limited', retryAfterMs: 2000 },
    ],
    [
      'no credit',
      { refusal: { status: 429, error: { code: 'insufficient_quota' } } },
      { code: 'rate_limited', retryable: false },
    ],
    ['its own fault', { refusal: { status: 500 } }, { code: 'unavailable', retryable: true }],
    ['an unknown model', { refusal: { status: 404, error: { code: 'model_not_found' } } }, { code: 'bad_request' }],
    ['vectors of several lengths', { uneven: true }, { code: 'protocol' }],
    ['too few vectors', { missing: 1 }, { code: 'protocol' }],
    ['no vectors at all', { raw: '{"object":"list","data":[]}' }, { code: 'protocol' }],
    ['something else', { raw: '{"hello":"world"}' }, { code: 'protocol' }],
    [
      'words for numbers',
      { raw: '{"data":[{"index":0,"embedding":["a"]},{"index":1,"embedding":["b"]}]}' },
      { code: 'protocol' },
    ],
    ['no JSON', { raw: '<html>' }, { name: 'ProviderError' }],
  ])('reports %s', async (_, embeddings, error) => {
    const { embed } = await open({ embeddings });
    await expect(embed(['one', 'two'])).rejects.toMatchObject({
      name: 'ProviderError',
      provider: 'embeddings',
      ...error,
    });
  });

  it('reports a refused key, and names neither the key nor the texts', async () => {
    const { embed } = await open({}, 'sk-wrong-key');
    const failed = embed(['my secret question']);
    await expect(failed).rejects.toMatchObject({ code: 'unauthorized', retryable: false });
    await expect(failed).rejects.not.toThrow(/sk-wrong|secret/);
  });

  it('ends a request with its signal', async () => {
    const { server, embed } = await open({ embeddings: { hang: true } });
    const reason = new Error('too late');
    const stop = new AbortController();
    const pending = embed(['refunds'], stop.signal);
    while (server.counts.embeddings === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});
