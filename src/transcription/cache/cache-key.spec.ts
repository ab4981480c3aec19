import { cacheKey } from './cache-key.js';
import type { CacheKeyParts } from './cache-key.js';

const parts: CacheKeyParts = {
  caller: 'user:demo',
  audioHash: 'aa',
  raw: undefined,
  providers: ['deepgram', 'pocketsphinx'],
  language: 'en-US',
  keyTerms: ['Julia', 'Parley'],
};

describe('cacheKey', () => {
  it('is the same for the same request, in whatever order its terms were given', () => {
    expect(cacheKey({ ...parts, keyTerms: ['Parley', 'Julia'] })).toBe(cacheKey(parts));
  });

  it('differs with everything that the answer depends on, and with whom it belongs to', () => {
    const raw = { sampleRate: 16_000, channels: 1, endianness: 'little-endian' } as const;
    const others: CacheKeyParts[] = [
      { ...parts, caller: 'user:other' },
      { ...parts, caller: 'key:demo' },
      { ...parts, audioHash: 'ab' },
      { ...parts, raw },
      { ...parts, raw: { ...raw, sampleRate: 8000 } },
      { ...parts, raw: { ...raw, channels: 2 } },
      { ...parts, raw: { ...raw, endianness: 'big-endian' } },
      { ...parts, providers: ['deepgram'] },
      { ...parts, providers: ['deepgram:nova-2', 'pocketsphinx'] },
      { ...parts, language: undefined },
      { ...parts, keyTerms: [] },
      { ...parts, keyTerms: ['Julia,Parley'] },
    ];
    expect(new Set([parts, ...others].map(cacheKey)).size).toBe(others.length + 1);
  });

  it('names neither the caller nor the terms', () => {
    expect(cacheKey(parts)).toMatch(/^[0-9a-f]{64}$/);
  });
});
