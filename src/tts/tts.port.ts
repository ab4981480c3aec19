// Text to speech: speaks pieces of text ("segments", usually sentences) one after another as they come.
import type { ProviderError } from '../provider/provider.port.js';
import type { UsageListener } from '../provider/usage.port.js';
import type { Word } from '../stt/stt.port.js';

export interface TtsOptions {
  /** The provider's own name of the voice; empty means its default. In a chain it is the first provider's. */
  readonly voice: string;
  /** Voices by the name of their provider, for a chain: whoever is not named, or given `voice`, speaks with its default. */
  readonly voices?: Readonly<Partial<Record<string, string>>> | undefined;
  /** BCP-47. */
  readonly language: string;
  /** Rate of the PCM16 mono little-endian audio to deliver, Hz. Adapters resample when the provider has another. */
  readonly sampleRate: number;
  /** Told of each text that a provider is given. */
  readonly onUsage?: UsageListener;
}

/** Audio comes in the order of the segments: nothing of segment n+1 before `segment.ended` of n. */
export type TtsEvent =
  /** PCM16, an even number of bytes, never empty. */
  | { readonly type: 'audio'; readonly segment: number; readonly chunk: Uint8Array }
  /** Word timings, ms since the first sample of the segment; only where the provider gives them. */
  | { readonly type: 'words'; readonly segment: number; readonly words: readonly Word[] }
  | { readonly type: 'segment.ended'; readonly segment: number }
  /** After `end()`: all audio is out. The last event of a stream. */
  | { readonly type: 'ended' }
  /** The stream is dead; `segment` is the one that was being spoken. The last event of a stream. */
  | { readonly type: 'failed'; readonly segment: number; readonly error: ProviderError };

export type TtsListener = (event: TtsEvent) => void;

export interface TtsStream {
  /** Queues a segment. `segment` counts up from 0 by one. `text` is never blank. */
  speak(segment: number, text: string): void;
  /** No more segments; `ended` follows when all audio is out. Idempotent. */
  end(): void;
  /** Stops at once and frees everything; no further event comes, and no further audio is made. Idempotent. */
  abort(): void;
}

export interface TextToSpeech {
  readonly name: string;
  /** The vendor's name of what speaks, for its price. */
  readonly model?: string | undefined;
  /** Voices to choose from that it has without being told of any: the name that it goes by, and one to read. */
  readonly voices?: readonly { readonly id: string; readonly name: string }[];
  /** The client speaks by itself: it is given the text and tells what was heard. `open` is of no use then. */
  readonly remote?: boolean;
  /**
   * Whether it can be understood in this language: whether its sounds and rules are there, not how well. Undefined where only
   * whoever has named the voice can know; never for its default voice. One that does not say is not asked for other languages
   * than the agent's.
   */
  speaks?(options: Pick<TtsOptions, 'voice' | 'voices' | 'language'>): boolean | undefined;
  /** Loads what the first call would otherwise wait for. Rejects when the provider cannot be used as configured. */
  warmUp?(): Promise<void>;
  /** Frees what its streams share. Called once, when no stream is open any more. */
  close?(): Promise<void> | void;
  /** Returns at once, connects in the background, and never calls the listener before it has returned. */
  open(options: TtsOptions, listener: TtsListener): TtsStream;
}
