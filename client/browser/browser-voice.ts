import { VoiceClientError } from '../errors.js';
import type { TextVoice, TextVoiceListener } from '../playback/text-playback.js';

// The parts of the Web Speech API that are used: https://wicg.github.io/speech-api/#tts-section.

interface VoiceLike {
  readonly name: string;
  readonly voiceURI: string;
}

export interface UtteranceLike {
  lang: string;
  rate: number;
  volume: number;
  voice: VoiceLike | null;
  addEventListener(type: 'boundary' | 'end' | 'error', listener: (event: { readonly charIndex: number }) => void): void;
}

export interface SpeechSynthesisLike {
  speak(utterance: UtteranceLike): void;
  cancel(): void;
  pause(): void;
  resume(): void;
  getVoices(): readonly VoiceLike[];
}

/** What a browser has of it. */
interface SpeechGlobals {
  readonly speechSynthesis?: SpeechSynthesisLike;
  readonly SpeechSynthesisUtterance?: new (text: string) => UtteranceLike;
}

export interface BrowserVoiceOptions {
  /** The browser's own when absent. */
  readonly synthesis?: SpeechSynthesisLike;
  readonly makeUtterance?: (text: string) => UtteranceLike;
  /** Speaking rate, 0.1 to 10; 1 when absent. */
  readonly rate?: number;
}

/**
 * Speaks with the browser's voices. What has been heard is known from `boundary` events, at the beginning of each word;
 * voices without them (most remote ones) only tell when a piece is done.
 */
export class BrowserVoice implements TextVoice {
  /** 0 to 1; the next piece is spoken with it. */
  volume = 1;
  readonly #synthesis: SpeechSynthesisLike;
  readonly #makeUtterance: (text: string) => UtteranceLike;
  readonly #rate: number;
  /** Chrome forgets an utterance that nothing refers to, and its events with it. */
  #utterance: UtteranceLike | undefined;

  /** Throws a VoiceClientError (`speech_unavailable`) where the browser cannot speak. */
  constructor({ synthesis, makeUtterance, rate }: BrowserVoiceOptions = {}) {
    const { speechSynthesis, SpeechSynthesisUtterance: Utterance } = globalThis as SpeechGlobals;
    const found = synthesis ?? speechSynthesis;
    const make = makeUtterance ?? (Utterance === undefined ? undefined : (text: string) => new Utterance(text));
    if (found === undefined || make === undefined) {
      throw new VoiceClientError('speech_unavailable', 'this browser cannot speak');
    }
    this.#synthesis = found;
    this.#makeUtterance = make;
    this.#rate = rate ?? 1;
    // Chromium looks for its voices when it is first asked, and has none to name until then.
    found.getVoices();
  }

  speak(
    text: string,
    { language, voice }: { readonly language: string; readonly voice?: string },
    listener: TextVoiceListener,
  ): void {
    const utterance = this.#makeUtterance(text);
    utterance.lang = language;
    utterance.rate = this.#rate;
    utterance.volume = this.volume;
    const named = this.#synthesis.getVoices().find(({ name, voiceURI }) => name === voice || voiceURI === voice);
    if (named !== undefined) utterance.voice = named;
    const mine = (): boolean => this.#utterance === utterance;
    utterance.addEventListener('boundary', ({ charIndex }) => {
      if (mine()) listener.heard(charIndex);
    });
    const over = (tell: () => void): void => {
      if (!mine()) return;
      this.#utterance = undefined;
      tell();
    };
    utterance.addEventListener('end', () => over(() => listener.done()));
    utterance.addEventListener('error', () => over(() => listener.failed()));
    this.#utterance = utterance;
    this.#synthesis.speak(utterance);
  }

  pause(): void {
    this.#synthesis.pause();
  }

  resume(): void {
    this.#synthesis.resume();
  }

  stop(): void {
    this.#utterance = undefined;
    this.#synthesis.cancel();
    // A browser that was held stays so after `cancel`, and would hold the next utterance.
    this.#synthesis.resume();
  }
}
