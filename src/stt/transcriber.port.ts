// One-shot speech to text: a whole utterance or file in, its words out. What whisper servers and the transcription endpoint
// share; a live call uses the streaming port in stt.port.ts.
import type { Word } from './stt.port.js';

export interface TranscriberRequest {
  /** PCM16 mono little-endian; even length. */
  readonly pcm: Uint8Array;
  /** Hz. */
  readonly sampleRate: number;
  /** BCP-47; undefined lets the provider detect it, where it can. */
  readonly language: string | undefined;
  /** Names and words worth listening for. */
  readonly keyTerms: readonly string[];
}

export interface Transcription {
  /** Empty when nothing was said. */
  readonly text: string;
  /** As the provider names it; undefined when it does not say. */
  readonly language: string | undefined;
  /** Times since the first sample; empty where the provider gives none. */
  readonly words: readonly Word[];
  /** 0 to 1; undefined where the provider gives none. */
  readonly confidence: number | undefined;
}

export interface Transcriber {
  readonly name: string;
  /** The vendor's name of what hears, for its price. */
  readonly model?: string;
  /** Loads what the first request would otherwise wait for. Rejects when the provider cannot be used as configured. */
  warmUp?(): Promise<void>;
  close?(): Promise<void> | void;
  /**
   * Rejects with a ProviderError, or with the signal's reason. One attempt: whoever calls decides about retries. Every
   * wait has a deadline of the adapter's own.
   */
  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription>;
}
