import type { TextVoice, TextVoiceListener } from '../playback/text-playback.js';

/** How fast a text that is only shown counts as heard: about 15 characters a second, as voices speak. */
const CHARS_PER_S = 15;
/** ms between two reports. */
const REPORT_EVERY_MS = 100;

/** A voice without sound, for a terminal: a text counts as heard at the rate at which it would be spoken. */
export class ReadingVoice implements TextVoice {
  readonly #charsPerMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #paused = false;

  constructor(charsPerSecond = CHARS_PER_S) {
    this.#charsPerMs = charsPerSecond / 1000;
  }

  speak(text: string, _options: unknown, listener: TextVoiceListener): void {
    clearInterval(this.#timer);
    let ms = 0;
    let at = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (!this.#paused) ms += now - at;
      at = now;
      const chars = Math.floor(ms * this.#charsPerMs);
      if (chars < text.length) return this.#paused ? undefined : listener.heard(chars);
      clearInterval(this.#timer);
      listener.done();
    }, REPORT_EVERY_MS);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  stop(): void {
    this.#paused = false;
    clearInterval(this.#timer);
  }
}
