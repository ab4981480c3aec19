export interface LineFeedOptions {
  /** Hz */
  readonly sampleRate: number;
  /** Takes 20 ms of audio. */
  readonly send: (frame: Int16Array) => void;
}

const FRAME_MS = 20;
/** Audio that is kept back before a stretch begins, so that bursts leave no holes in words, ms. */
const RESERVE_MS = 200;
/** Beyond this it catches up, at twice the speed, ms. */
const BEHIND_MS = 600;
/** Audio that waits at most, ms; the oldest of more is left out. */
const MOST_MS = 10_000;
/** A process that was held up longer than this does not make up for it by sending silence, ms. */
const MAX_LATE_MS = 400;

/**
 * Sends audio that comes in bursts as a line carries it: a frame every 20 ms, silence where nothing is there. What waits for
 * longer than it should is caught up with, so that a file that was long when it was found does not make the talk late.
 */
export class LineFeed {
  readonly #options: LineFeedOptions;
  readonly #frameSamples: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #queue: Int16Array[] = [];
  #waiting = 0;
  #flowing = false;
  #startedAt = performance.now();
  #frames = 0;
  /** Since when nothing was added. */
  #addedAt = performance.now();

  constructor(options: LineFeedOptions) {
    this.#options = options;
    this.#frameSamples = (options.sampleRate * FRAME_MS) / 1000;
    this.#timer = setInterval(() => this.#tick(), FRAME_MS / 2);
  }

  add(samples: Int16Array): void {
    this.#queue.push(samples);
    this.#waiting += samples.length;
    this.#addedAt = performance.now();
    while (this.#waitingMs > MOST_MS) this.#waiting -= this.#queue.shift()?.length ?? this.#waiting;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get #waitingMs(): number {
    return (this.#waiting * 1000) / this.#options.sampleRate;
  }

  #tick(): void {
    const now = performance.now();
    const lateMs = now - this.#startedAt - this.#frames * FRAME_MS;
    if (lateMs > MAX_LATE_MS) this.#startedAt += lateMs - FRAME_MS;
    // What is left when nothing more comes is sent, too.
    this.#flowing ||= this.#waitingMs >= RESERVE_MS || (this.#waiting > 0 && now - this.#addedAt >= RESERVE_MS);
    const due = Math.floor((now - this.#startedAt) / FRAME_MS);
    for (; this.#frames < due; this.#frames += 1) {
      this.#sendFrame();
      if (this.#waitingMs > BEHIND_MS) this.#sendFrame();
    }
  }

  #sendFrame(): void {
    const frame = new Int16Array(this.#frameSamples);
    let filled = 0;
    for (
      let first = this.#queue[0];
      this.#flowing && first !== undefined && filled < frame.length;
      [first] = this.#queue
    ) {
      const piece = first.subarray(0, frame.length - filled);
      frame.set(piece, filled);
      filled += piece.length;
      if (piece.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(piece.length);
    }
    this.#waiting -= filled;
    if (this.#waiting === 0) this.#flowing = false;
    this.#options.send(frame);
  }
}
