import { VoiceClientError } from '../errors.js';
import {
  browserRecogniser,
  type RecogniserFactory,
  type SpeechRecognitionLike,
  type SpeechResultEventLike,
} from './speech-recognition.js';

export interface WebSpeechOptions {
  /** BCP-47; the page's language when absent. */
  readonly language?: string;
  /** Words as they are heard: give them to VoiceClient.sendTranscript. Partials are empty when they are taken back. */
  readonly onTranscript: (text: string, final: boolean) => void;
  /** It has stopped by itself and will hear no more: no permission, no microphone, or the browser's service is away. */
  readonly onEnded?: (error: VoiceClientError) => void;
  readonly recogniser?: RecogniserFactory;
}

/** What a browser reports that starting again does not mend. */
const FATAL = new Set(['not-allowed', 'service-not-allowed', 'audio-capture', 'language-not-supported']);
/** Browsers end recognition by themselves, after a minute or a silence; it is started again after so long, ms. */
const RESTART_MS = 250;
/** An end so soon after the start is a failure, ms; so many in a row, and it is given up. */
const TOO_SOON_MS = 1000;
const MAX_FAILURES = 5;
/** The protocol's longest transcript, characters. */
const MAX_CHARS = 1000;

/**
 * The browser's own speech recognition (Chrome, Edge, Safari), kept running for the length of a call. The browser listens
 * to the microphone itself and may hear the agent from the loudspeaker: use headphones, or `pause` while the agent speaks.
 * Chrome and Edge send the audio to their maker's service.
 */
export class WebSpeech {
  readonly #options: WebSpeechOptions;
  readonly #make: RecogniserFactory;
  #recogniser: SpeechRecognitionLike | undefined;
  #restart: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;
  #failures = 0;
  #lastError = '';
  #partial = '';
  #stopped = false;
  #paused = false;

  private constructor(options: WebSpeechOptions, make: RecogniserFactory) {
    this.#options = options;
    this.#make = make;
  }

  /** Asks for the microphone and listens. Throws `recognition_unavailable` in a browser without it. Call it from a click. */
  static start(options: WebSpeechOptions): WebSpeech {
    const speech = new WebSpeech(options, options.recogniser ?? browserRecogniser());
    speech.#listen();
    return speech;
  }

  /** Whether it listens (or is about to). */
  get listening(): boolean {
    return !this.#stopped && !this.#paused;
  }

  /** Hears nothing until `resume`; words that are not settled are taken back. */
  pause(): void {
    if (this.#stopped || this.#paused) return;
    this.#paused = true;
    this.#leave();
  }

  resume(): void {
    if (this.#stopped || !this.#paused) return;
    this.#paused = false;
    this.#listen();
  }

  /** Lets go of the microphone. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#leave();
  }

  #listen(): void {
    const recogniser = this.#make();
    recogniser.continuous = true;
    recogniser.interimResults = true;
    if (this.#options.language !== undefined) recogniser.lang = this.#options.language;
    recogniser.addEventListener('result', (event) => {
      if (this.#recogniser === recogniser) this.#hear(event);
    });
    recogniser.addEventListener('error', ({ error }) => {
      if (this.#recogniser === recogniser) this.#lastError = error;
    });
    recogniser.addEventListener('end', () => {
      if (this.#recogniser === recogniser) this.#ended();
    });
    this.#recogniser = recogniser;
    this.#startedAt = performance.now();
    this.#lastError = '';
    recogniser.start();
  }

  #hear({ resultIndex, results }: SpeechResultEventLike): void {
    this.#failures = 0;
    let partial = '';
    for (let at = resultIndex; at < results.length; at += 1) {
      const result = results[at];
      const text = result?.[0]?.transcript ?? '';
      if (result?.isFinal !== true) partial += text;
      else if (text.trim() !== '') this.#say(text, true);
    }
    if (partial.trim() !== this.#partial) this.#say(partial, false);
  }

  #say(text: string, final: boolean): void {
    const words = text.trim().slice(0, MAX_CHARS);
    this.#partial = final ? '' : words;
    this.#options.onTranscript(words, final);
  }

  #ended(): void {
    this.#recogniser = undefined;
    // What was not settled by now never will be; the server settles it if the caller has finished.
    this.#partial = '';
    const isTooSoon = performance.now() - this.#startedAt < TOO_SOON_MS;
    this.#failures = isTooSoon ? this.#failures + 1 : 0;
    if (FATAL.has(this.#lastError) || this.#failures >= MAX_FAILURES) return this.#giveUp();
    this.#restart = setTimeout(() => this.#listen(), RESTART_MS);
  }

  #giveUp(): void {
    this.stop();
    const why = this.#lastError === '' ? 'it keeps ending' : this.#lastError;
    this.#options.onEnded?.(
      new VoiceClientError('recognition_unavailable', `the browser's speech recognition has stopped: ${why}`),
    );
  }

  #leave(): void {
    clearTimeout(this.#restart);
    const recogniser = this.#recogniser;
    this.#recogniser = undefined;
    if (this.#partial !== '') this.#say('', false);
    recogniser?.abort();
  }
}
