import { createHash } from 'node:crypto';
import type { RawFormat } from '../audio/decode.js';

export interface CacheKeyParts {
  /**
   * Whose transcript it is. A caller is never answered from another one's: with one cache for all, the speed of the answer
   * would tell him that somebody else has sent the same audio before.
   */
  readonly caller: string;
  /** Of the file as it was sent: decoding first would cost a hit a process of ffmpeg. */
  readonly audioHash: string;
  readonly raw: RawFormat | undefined;
  /** The chain that was asked for, with models: its answer, whoever of the chain gave it. */
  readonly providers: readonly string[];
  readonly language: string | undefined;
  readonly keyTerms: readonly string[];
}

/** The same for requests whose answer is the same. One hash, so that a key names neither the caller nor what was asked. */
export function cacheKey({ caller, audioHash, raw, providers, language, keyTerms }: CacheKeyParts): string {
  const format = raw === undefined ? null : [raw.sampleRate, raw.channels, raw.endianness];
  const parts = [caller, audioHash, format, providers, language ?? null, keyTerms.toSorted()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
