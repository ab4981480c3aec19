// Speech to text: turns one call's microphone audio into transcripts and, where the provider can, into ends of turn.
// Owns nothing but the recognition; who is speaking to whom is the conversation's business.
import type { ProviderError } from '../provider/provider.port.js';
import type { UsageListener } from '../provider/usage.port.js';

export interface SttOptions {
  /** Rate of the PCM16 mono little-endian audio that will be pushed, Hz. */
  readonly sampleRate: number;
  /** BCP-47, for example `en-US`; `multi` where callers may speak several, for those that can tell. */
  readonly language: string;
  /** Names and words worth listening for. */
  readonly keyTerms: readonly string[];
  /**
   * Names of this call alone, by what they are names of; undefined while they are not there. To be asked when a connection is
   * made, or when an utterance begins; the same object until there are others.
   */
  readonly vocabulary?: () => Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Whether words sound unfinished ("send it to"): recognisers that end turns by silence wait longer after them. What dangles
   * in which language is not theirs to know; without it every silence is alike.
   */
  readonly unfinished?: (text: string) => boolean;
  /**
   * What the caller is likely to say just now, because something was asked; undefined when nothing was. To be asked when an
   * utterance is over. A hint: a recogniser may listen for it besides everything else, or not heed it. A yes that was not
   * said may change something, a no costs a question: only the latter may be guessed at.
   */
  readonly answers?: () => LikelyAnswers | undefined;
  /** Told what was used, from time to time and at the end. */
  readonly onUsage?: UsageListener;
}

/** In small letters, a few words each: "yes please", "no thanks". */
export interface LikelyAnswers {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** One recognised word; times in ms of audio since the first sample pushed into the stream. */
export interface Word {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 to 1; absent where the provider gives none. */
  readonly confidence?: number;
}

/**
 * A turn's words are its finals in order, followed by the last partial.
 * `audioMs` is the position in the stream that the event is about, ms since the first sample pushed.
 */
export type SttEvent =
  | { readonly type: 'speech.started'; readonly audioMs: number }
  | { readonly type: 'speech.stopped'; readonly audioMs: number }
  /** Replaces the previous partial. Never empty. */
  | { readonly type: 'transcript.partial'; readonly text: string }
  /** Settles the words since the previous final. Never empty. */
  | {
      readonly type: 'transcript.final';
      readonly text: string;
      readonly words: readonly Word[];
      /** 0 to 1. */
      readonly confidence: number;
      /** Where the recognised speech ended. */
      readonly audioMs: number;
    }
  /** The provider thinks the turn may be over; `text` is the whole turn so far. */
  | { readonly type: 'turn.eager'; readonly text: string }
  /** The caller went on after `turn.eager`. */
  | { readonly type: 'turn.resumed' }
  /** The caller has finished; every word of the turn came before in finals. */
  | { readonly type: 'turn.ended' }
  /** After `close()`: all audio is recognised. The last event of a stream. */
  | { readonly type: 'closed' }
  /** The stream is dead. The last event of a stream. */
  | { readonly type: 'failed'; readonly error: ProviderError };

export type SttListener = (event: SttEvent) => void;

export interface SttStream {
  /** Takes PCM16 of any even length, synchronously; the chunk is not kept after the call unless copied. */
  push(chunk: Uint8Array): void;
  /** Push-to-talk: the caller has let go. Settles what was heard into finals, then emits `turn.ended`. */
  finalize(): void;
  /**
   * No audio comes for a while, and that is not the caller's silence: the network is away. Nothing is settled and no turn
   * ends by it; the next `push` goes on in the middle of the word, where the vendor's stream may be a new one. Optional: a
   * stream without it takes the wait for silence.
   */
  suspend?(): void;
  /** Recognises what is left, then `closed` comes, within a bounded time. Idempotent. */
  close(): void;
  /** Stops at once; no further event comes, not even `closed`. Idempotent. */
  abort(): void;
  /**
   * Takes words that the caller's own device has recognised; its events come before this returns or later. `final` settles
   * them, otherwise they replace the ones before that are not settled; empty text takes those back. Returns false when
   * whoever listens now recognises audio and has no use for them. Absent where that is always so.
   */
  transcript?(text: string, final: boolean): boolean;
}

export interface SpeechToText {
  readonly name: string;
  /** The vendor's name of what hears, for its price. */
  readonly model?: string | undefined;
  /** It tells by itself what it has used, because that is not all the audio that it is given. */
  readonly tellsUsage?: boolean;
  /** Loads what the first call would otherwise wait for. Rejects when the provider cannot be used as configured. */
  warmUp?(): Promise<void>;
  /** Frees what its streams share. Called once, when no stream is open any more. */
  close?(): Promise<void> | void;
  /** Whether its streams emit `turn.ended` on their own; otherwise the conversation decides by silence. */
  readonly endpointing: boolean;
  /** Whether words come from the caller's own device (SttStream.transcript) instead of out of the audio. */
  readonly takesTranscripts?: boolean;
  /**
   * Opens a stream for one call. Returns at once: connecting goes on in the background, audio pushed meanwhile is kept
   * (bounded by the connect deadline), and a connection that cannot be made is reported as `failed`.
   * Never calls the listener before it has returned.
   */
  open(options: SttOptions, listener: SttListener): SttStream;
}
