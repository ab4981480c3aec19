import type { Delay } from './schedule.js';
import type { VoiceFault } from './voice-knobs.js';
import type { HandshakeKnobs } from './websocket-simulator.js';

export type SpeechmaticsFaultKind =
  | Exclude<VoiceFault['kind'], 'stall' | 'end'>
  | 'stall' // takes audio and says nothing any more
  | 'stop-reading' // reads nothing any more: the client's own buffer grows
  | 'not-authorised' // Error and close 4001
  | 'quota' // Error and close 4005
  | 'time-limit' // close 4006 without an Error
  | 'end-of-transcript'; // says that the transcript is over, when nobody has asked

/** How one connection behaves. Everything is optional; without any, it hears speech by loudness. */
export interface SpeechmaticsKnobs extends HandshakeKnobs {
  /** From StartRecognition to RecognitionStarted. */
  readonly startDelay?: Delay;
  /** Instead of RecognitionStarted. */
  readonly startFault?: SpeechmaticsFaultKind;
  /** After so much audio (ms of audio). */
  readonly fault?: { readonly afterAudioMs: number; readonly kind: SpeechmaticsFaultKind };
  /** From the audio that decides to the message about it. */
  readonly latency?: Delay;
  /** What utterances turn out to say, one after another, again from the start after the last. */
  readonly transcripts?: readonly string[];
  /** Every final is sent twice. */
  readonly duplicateFinals?: boolean;
  /** Words are only ever partial: EndOfUtterance comes without finals before it. */
  readonly withoutFinals?: boolean;
  /** ForceEndOfUtterance is not answered. */
  readonly ignoreForce?: boolean;
  /** What EndOfStream brings. */
  readonly onEndOfStream?: 'normal' | 'hang' | 'destroy' | 'close' | 'error';
}
