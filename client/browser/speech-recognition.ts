// The parts of the Web Speech API that the browser client uses, as types of its own: see web-audio.ts for why.
// https://webaudio.github.io/web-speech-api/
import { VoiceClientError } from '../errors.js';

export interface SpeechResultEventLike {
  /** First of the results that has changed. */
  readonly resultIndex: number;
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }> & { readonly isFinal: boolean }>;
}

export interface SpeechRecognitionLike {
  continuous: boolean;
  interimResults: boolean;
  /** BCP-47 */
  lang: string;
  addEventListener(type: 'result', listener: (event: SpeechResultEventLike) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly error: string }) => void): void;
  addEventListener(type: 'end', listener: () => void): void;
  start(): void;
  /** Stops at once; no result comes any more. */
  abort(): void;
}

export type RecogniserFactory = () => SpeechRecognitionLike;

/** The browser's own, under either of its names. Throws `recognition_unavailable` where there is none (Firefox). */
export function browserRecogniser(): RecogniserFactory {
  const scope = globalThis as {
    SpeechRecognition?: new () => SpeechRecognitionLike;
    webkitSpeechRecognition?: new () => SpeechRecognitionLike;
  };
  const Recognition = scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
  if (Recognition === undefined) {
    throw new VoiceClientError('recognition_unavailable', 'this browser has no speech recognition of its own');
  }
  return () => new Recognition();
}
