// Transcripts of audio that was transcribed before. Owns keeping and forgetting them; what makes two requests the same is
// the key's business.
import type { Word } from '../../stt/stt.port.js';

export interface CachedTranscript {
  readonly text: string;
  /** Null when the provider does not say. */
  readonly language: string | null;
  /** Of the audio, s. */
  readonly duration: number;
  readonly provider: string;
  readonly words: readonly Word[];
  readonly confidence: number | null;
}

export interface TranscriptCache {
  /** Never rejects: a cache that fails is a cache that has nothing. */
  get(key: string): Promise<CachedTranscript | undefined>;
  /** Keeps it for a while, where there is room. At once for this process; never throws and never rejects. */
  set(key: string, transcript: CachedTranscript): void;
}
