import { SentenceEmbedder } from './sentence-embedder.js';

// The real encoder with the weights of its package.

describe('the sentence encoder of this machine', () => {
  const embedder = new SentenceEmbedder();
  const patience = () => AbortSignal.timeout(50_000);
  const cosine = (a: readonly number[] = [], b: readonly number[] = []) =>
    a.reduce((sum, one, n) => sum + one * (b[n] ?? 0), 0);
  afterAll(() => embedder.close());

  it('puts what means the like near, whatever the words', async () => {
    const [asked, like, unlike] = await embedder.embed(
      ['Somebody stole my card.', 'Report theft of a bank card.', 'The yearly summary comes in January.'],
      patience(),
    );
    expect(asked).toHaveLength(512);
    expect(cosine(asked, asked)).toBeCloseTo(1);
    expect(cosine(asked, like)).toBeGreaterThan(cosine(asked, unlike) + 0.2);
  }, 60_000);

  it('takes odd texts, and none', async () => {
    expect(await embedder.embed([], patience())).toEqual([]);
    const vectors = await embedder.embed(['', '🐦 ', 'ß'.repeat(5000)], patience());
    for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
  }, 60_000);

  it('stops waiting with its signal', async () => {
    const stop = new AbortController();
    const pending = embedder.embed(['refunds'], stop.signal);
    stop.abort(new Error('too late'));
    await expect(pending).rejects.toThrow('too late');
    await expect(embedder.embed(['refunds'], stop.signal)).rejects.toThrow('too late');
  }, 60_000);

  it('ends its thread when nobody asks, and begins again', async () => {
    const idle = new SentenceEmbedder(10);
    try {
      const [first] = await idle.embed(['refunds'], patience());
      while (idle.isLoaded) await new Promise((resolve) => setTimeout(resolve, 5));
      const [again] = await idle.embed(['refunds'], patience());
      expect(cosine(first, again)).toBeCloseTo(1);
    } finally {
      await idle.close();
    }
    expect(idle.isLoaded).toBe(false);
  }, 60_000);

  it('rejects what waits when it is closed', async () => {
    const closing = new SentenceEmbedder();
    const pending = closing.embed(['refunds'], patience());
    const failed = expect(pending).rejects.toMatchObject({ name: 'ProviderError', code: 'unavailable' });
    await closing.close();
    await failed;
  });
});
