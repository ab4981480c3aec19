import { bytesOf, endOfSound } from '../audio/pcm.js';

/** Something to be said into a microphone: PCM16 mono at the microphone's rate. */
export interface Utterance {
  readonly samples: Int16Array;
}

/** When an utterance went out, ms as performance.now counts. */
export interface SpokenUtterance {
  readonly startedAt: number;
  /** The last audible sample was sent. */
  readonly speechEndedAt: number;
}

export interface PacedMicrophoneOptions {
  /** Hz */
  readonly sampleRate: number;
  /** Takes one frame of PCM16. */
  readonly send: (frame: Uint8Array) => void;
  /** Hears what is sent and when it was recorded, ms. */
  readonly tap?: (samples: Int16Array, atMs: number) => void;
  /** ms of audio in a frame; 20 when absent. */
  readonly frameMs?: number;
}

/** A process that was held up longer than this has lost the audio in between, as a sound card's buffer would, ms. */
const MAX_CATCH_UP_MS = 400;

/** Peak of the noise sent while nobody speaks, of 32 768: about -72 dB, a quiet room. Digital zero is not real. */
const ROOM_NOISE = 8;

interface Job {
  readonly samples: Int16Array;
  readonly audible: number;
  sent: number;
  startedAt: number;
  speechEndedAt: number;
  readonly resolve: (spoken: SpokenUtterance | undefined) => void;
}

/**
 * A microphone that streams all the time, as a real one does: frames of a quiet room at real time, and utterances in
 * between when it is given some. One timer; what it is late for is caught up with by the clock, so that the stream does
 * not drift.
 */
export class PacedMicrophone {
  readonly #options: PacedMicrophoneOptions;
  readonly #frameMs: number;
  readonly #frameSamples: number;
  readonly #jobs: Job[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;
  #frames = 0;
  #noise = 1;

  constructor(options: PacedMicrophoneOptions) {
    this.#options = options;
    this.#frameMs = options.frameMs ?? 20;
    this.#frameSamples = Math.round((options.sampleRate * this.#frameMs) / 1000);
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#startedAt = performance.now();
    this.#frames = 0;
    this.#schedule();
  }

  /** Stops the stream. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const job of this.#jobs.splice(0)) job.resolve(undefined);
  }

  /** Whether an utterance is being said or waits to be. */
  get speaking(): boolean {
    return this.#jobs.length > 0;
  }

  /**
   * Says something after what is being said already. Resolves when its last sample has been sent, with undefined when
   * the microphone was stopped before.
   */
  say({ samples }: Utterance): Promise<SpokenUtterance | undefined> {
    return new Promise((resolve) => {
      this.#jobs.push({
        samples,
        audible: endOfSound(samples),
        sent: 0,
        startedAt: 0,
        speechEndedAt: 0,
        resolve,
      });
    });
  }

  #schedule(): void {
    const due = this.#startedAt + (this.#frames + 1) * this.#frameMs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, due - performance.now()));
  }

  #tick(): void {
    const lateMs = performance.now() - this.#startedAt - (this.#frames + 1) * this.#frameMs;
    if (lateMs > MAX_CATCH_UP_MS) this.#startedAt += lateMs;
    const due = Math.floor((performance.now() - this.#startedAt) / this.#frameMs);
    while (this.#frames < due) this.#sendFrame();
    if (this.#timer !== undefined) this.#schedule();
  }

  #sendFrame(): void {
    const frame = new Int16Array(this.#frameSamples);
    const at = this.#startedAt + this.#frames * this.#frameMs;
    this.#frames += 1;
    let filled = 0;
    const finished: Job[] = [];
    for (let job = this.#jobs[0]; job !== undefined && filled < frame.length; job = this.#jobs[0]) {
      const piece = job.samples.subarray(job.sent, job.sent + frame.length - filled);
      frame.set(piece, filled);
      if (job.sent === 0) job.startedAt = performance.now();
      filled += piece.length;
      job.sent += piece.length;
      if (job.speechEndedAt === 0 && job.sent >= job.audible) job.speechEndedAt = performance.now();
      if (job.sent < job.samples.length) break;
      this.#jobs.shift();
      finished.push(job);
    }
    for (let index = filled; index < frame.length; index += 1) frame[index] = this.#roomNoise();
    this.#options.send(bytesOf(frame));
    this.#options.tap?.(frame, at);
    for (const job of finished) job.resolve({ startedAt: job.startedAt, speechEndedAt: job.speechEndedAt });
  }

  /** Xorshift: noise that is the same in every run. Marsaglia, "Xorshift RNGs" (2003). */
  #roomNoise(): number {
    this.#noise ^= this.#noise << 13;
    this.#noise ^= this.#noise >>> 17;
    this.#noise ^= this.#noise << 5;
    return this.#noise % (ROOM_NOISE + 1);
  }
}
