import type { Speaker } from '../playback/speaker.js';
import { VirtualSpeaker, type VirtualSpeakerOptions } from './virtual-speaker.js';

/** How often audio is handed over, ms. */
const FRAME_MS = 20;

/**
 * A speaker into something that takes audio all the time: what is due by the clock is handed over in small frames, with
 * silence in between, so that nothing that may still be interrupted is out of our hands, and the taker never runs dry.
 */
export class SteadySpeaker implements Speaker {
  readonly sampleRate: number;
  readonly #virtual: VirtualSpeaker;
  readonly #take: (frame: Int16Array) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #startedAt = performance.now();
  #due: Int16Array[] = [];
  #dueSamples = 0;
  #fedSamples = 0;

  constructor(options: VirtualSpeakerOptions, take: (frame: Int16Array) => void) {
    this.sampleRate = options.sampleRate;
    this.#take = take;
    this.#virtual = new VirtualSpeaker({
      ...options,
      heard: (samples, atMs) => {
        this.#due.push(samples);
        this.#dueSamples += samples.length;
        options.heard?.(samples, atMs);
      },
    });
    this.#timer = setInterval(() => this.#feed(), FRAME_MS);
  }

  write(pcm: Uint8Array): void {
    this.#virtual.write(pcm);
  }

  pause(): void {
    this.#virtual.pause();
  }

  resume(): void {
    this.#virtual.resume();
  }

  flush(): void {
    this.#virtual.flush();
  }

  heardSamples(): number {
    return this.#virtual.heardSamples();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#virtual.close();
  }

  #feed(): void {
    this.#virtual.heardSamples();
    const elapsed = Math.floor(((performance.now() - this.#startedAt) * this.sampleRate) / 1000);
    const frame = new Int16Array(Math.max(elapsed - this.#fedSamples, this.#dueSamples));
    let filled = 0;
    for (const piece of this.#due) {
      frame.set(piece, filled);
      filled += piece.length;
    }
    this.#due = [];
    this.#dueSamples = 0;
    this.#fedSamples = Math.max(elapsed, this.#fedSamples + frame.length);
    if (frame.length > 0) this.#take(frame);
  }
}
