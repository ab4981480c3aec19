// What speaks one reply, whoever has the voice: pieces of text go in, in order; what the caller has heard of them comes out.
import type { ProviderError } from '../provider/provider.port.js';
import type { ConversationEvent, Heard, Playback } from './conversation.port.js';
import type { MouthSnapshot } from './snapshot.js';

/** What the client tells of playback: how far it is in the audio, in a piece that it speaks itself, or that it is through. */
export type PlaybackReport =
  | { readonly type: 'position'; readonly playedMs: number }
  | { readonly type: 'spoken'; readonly segment: number; readonly heardChars: number; readonly done: boolean }
  | { readonly type: 'finished' };

export interface Mouth {
  /** Pieces so far, as written; their numbers count from 0. */
  readonly segments: readonly { readonly text: string }[];
  /** Queues a piece; returns its segment number. */
  say(text: string): number;
  /** No more pieces will come. */
  end(): void;
  /** Whether all pieces so far have been heard, and nothing is held. */
  readonly idle: boolean;
  /** The voice failed in a way that the caller noticed: what was not heard by then will not be. */
  readonly brokeOff: boolean;
  /** Whether the client has said to have played all of it; undefined when it has never said anything. */
  readonly confirmed: boolean | undefined;
  /** The caller may be interrupting: nothing more goes out until `resume`. */
  pause(): void;
  resume(): void;
  /** The client is gone: nothing goes out, and what was heard stands still where the client last told it. Idempotent. */
  hold(): void;
  /**
   * The client is back, and has heard this much (undefined: what it last told). Audio that it was sent beyond that is sent
   * again. Returns from where in the reply, ms; undefined when the client has all that it needs. Nothing is sent before
   * this has returned.
   */
  release(heard?: Heard): number | undefined;
  /** A report that means nothing for this voice, or comes too late, changes nothing. */
  heardUpTo(report: PlaybackReport): void;
  /** Stops at once and drops what was not sent. Idempotent. */
  stop(): void;
  /** About how much has been heard, ms; `agoMs` before now, where that is known. */
  position(agoMs?: number): number;
  /** What has been heard so far, as the voice speaks it, to the end of the piece that is being heard. */
  spokenText(): string;
  /** The heard part of one piece, as written, cut between words; all of its text when it was heard to the end. */
  heard(segment: number): string;
  /** What is known of the pieces: enough to say in another process what of them was heard. */
  snapshot(): MouthSnapshot;
}

export interface MouthListener {
  /** Tells the client of audio that is all sent, or has it speak a piece. */
  emit(event: ConversationEvent): void;
  /** PCM16 to send to the client now. */
  audio(chunk: Uint8Array): void;
  /** How its playback goes; optional. */
  playback?(how: Playback): void;
  /** The first audio is on its way; `soundAtMs`: where in it something can first be heard, where that is known. */
  audible(soundAtMs?: number): void;
  /** A voice began to speak so long after its first sample, ms, of which `cutMs` are not sent; optional. */
  silenceCut?(silenceMs: number, cutMs: number): void;
  /** The audio of a piece is all there: now it is known when each of its words is. */
  made(): void;
  /** All that could be spoken has been heard. */
  played(): void;
  /** The voice has failed; what was not spoken yet will not be. */
  failed(error: ProviderError): void;
}
