import { MemoryTranscripts } from './memory-transcripts.js';
import type { CachedTranscript } from './transcript-cache.port.js';

const transcript = (text: string, words = 0): CachedTranscript => ({
  text,
  language: 'en',
  duration: 1,
  provider: 'deepgram',
  confidence: 1,
  words: Array.from({ length: words }, () => ({ text: 'word', startMs: 0, endMs: 1 })),
});

function memory(limits: { maxBytes?: number; maxEntryBytes?: number; ttlMs?: number } = {}) {
  let now = 0;
  const transcripts = new MemoryTranscripts(
    { maxBytes: 10_000, maxEntryBytes: 10_000, ttlMs: 1000, ...limits },
    () => now,
  );
  return { transcripts, pass: (ms: number) => (now += ms) };
}

describe('MemoryTranscripts', () => {
  it('keeps what it is given, for a while', () => {
    const { transcripts, pass } = memory();
    transcripts.set('a', transcript('one'));
    pass(999);
    expect(transcripts.get('a')?.text).toBe('one');
    pass(1);
    expect(transcripts.get('a')).toBeUndefined();
    expect([transcripts.size, transcripts.usedBytes]).toEqual([0, 0]);
  });

  it('is not kept alive by being asked for', () => {
    const { transcripts, pass } = memory();
    transcripts.set('a', transcript('one'));
    pass(600);
    expect(transcripts.get('a')).toBeDefined();
    pass(600);
    expect(transcripts.get('a')).toBeUndefined();
  });

  it('forgets first what was not asked for longest, and stays within its bytes', () => {
    const { transcripts } = memory({ maxBytes: 2000 });
    for (const key of ['a', 'b', 'c']) transcripts.set(key, transcript('x'.repeat(50)));
    expect(transcripts.size).toBe(3);
    transcripts.get('a');
    transcripts.set('d', transcript('x'.repeat(150)));
    expect(transcripts.get('b')).toBeUndefined();
    expect(transcripts.get('a')).toBeDefined();
    expect(transcripts.get('d')).toBeDefined();
    expect(transcripts.usedBytes).toBeLessThanOrEqual(2000);
  });

  it('counts the words, and does not take what is too large for it', () => {
    const { transcripts } = memory({ maxEntryBytes: 5000 });
    transcripts.set('short', transcript('x', 10));
    transcripts.set('long', transcript('x', 100));
    expect(transcripts.get('short')).toBeDefined();
    expect(transcripts.get('long')).toBeUndefined();
  });

  it('replaces an entry without counting it twice', () => {
    const { transcripts } = memory();
    transcripts.set('a', transcript('one'));
    const before = transcripts.usedBytes;
    transcripts.set('a', transcript('two'));
    expect(transcripts.get('a')?.text).toBe('two');
    expect(transcripts.usedBytes).toBe(before);
  });

  it('of no bytes keeps nothing', () => {
    const { transcripts } = memory({ maxBytes: 0 });
    transcripts.set('a', transcript(''));
    expect(transcripts.size).toBe(0);
  });
});
