import { BYTES_PER_SAMPLE } from '../../src/protocol/index.js';
import { samplesOf } from '../audio/pcm.js';
import type { Speaker } from '../playback/speaker.js';

export interface VirtualSpeakerOptions {
  /** Hz */
  readonly sampleRate: number;
  /** What was heard, in pieces, with the time at which the piece began (ms, as `now` counts). */
  readonly heard?: (samples: Int16Array, atMs: number) => void;
  /** ms, monotonic; performance.now when absent. */
  readonly now?: () => number;
}

/**
 * A speaker without a device: it "plays" as fast as a real one would, by the clock, and passes on what a listener would
 * have heard and when. It needs no timer: whenever it is asked or told something, it first catches up with the clock,
 * so a position is exact at any moment. A piece of audio that comes too late is heard late, as from a real speaker.
 */
export class VirtualSpeaker implements Speaker {
  readonly sampleRate: number;
  readonly #now: () => number;
  readonly #onHeard: ((samples: Int16Array, atMs: number) => void) | undefined;
  readonly #queue: Int16Array[] = [];
  #queued = 0;
  #heard = 0;
  /** Time up to which the audio in the queue has been played, ms. */
  #playedUntil = 0;
  #paused = false;

  constructor(options: VirtualSpeakerOptions) {
    this.sampleRate = options.sampleRate;
    this.#now = options.now ?? (() => performance.now());
    this.#onHeard = options.heard;
  }

  write(pcm: Uint8Array): void {
    if (pcm.byteLength < BYTES_PER_SAMPLE) return;
    this.#catchUp();
    if (this.#queued === 0) this.#playedUntil = this.#now();
    const samples = samplesOf(pcm);
    this.#queue.push(samples);
    this.#queued += samples.length;
  }

  pause(): void {
    this.#catchUp();
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#playedUntil = this.#now();
  }

  flush(): void {
    this.#catchUp();
    this.#queue.length = 0;
    this.#queued = 0;
    this.#paused = false;
  }

  heardSamples(): number {
    this.#catchUp();
    return this.#heard;
  }

  close(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  #catchUp(): void {
    if (this.#paused || this.#queued === 0) return;
    let due = Math.min(this.#queued, Math.floor(((this.#now() - this.#playedUntil) * this.sampleRate) / 1000));
    while (due > 0) {
      const first = this.#queue[0];
      if (first === undefined) return;
      const piece = first.subarray(0, due);
      if (piece.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(piece.length);
      due -= piece.length;
      this.#queued -= piece.length;
      this.#heard += piece.length;
      this.#onHeard?.(piece, this.#playedUntil);
      this.#playedUntil += (piece.length * 1000) / this.sampleRate;
    }
  }
}
