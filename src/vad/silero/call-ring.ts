import type { VadEvent } from '../vad.port.js';

/** What becomes of a call's audio in the thread. */
export interface RingListener {
  /** `audioMs` counts from the first sample written to this ring. */
  event(event: VadEvent): void;
  /** The thread has too much to do: nothing more will be decided for this call. */
  dropped(): void;
  /** The thread is gone: nothing more will be decided. */
  lost(): void;
}

const COUNTERS_BYTES = 8;

/**
 * One call's audio on its way to the thread: written here, decided there, in memory that both see, so that a chunk costs
 * the event loop a copy and two atomic operations and no message.
 */
export class CallRing {
  readonly memory: SharedArrayBuffer;
  private readonly counters: Int32Array;
  private readonly samples: Int16Array;
  private written = 0;

  /** @param frames room, in frames of `frameSamples` samples */
  constructor(frames: number, frameSamples: number) {
    this.memory = new SharedArrayBuffer(COUNTERS_BYTES + frames * frameSamples * 2);
    this.counters = new Int32Array(this.memory, 0, 2);
    this.samples = new Int16Array(this.memory, COUNTERS_BYTES);
  }

  /** Samples that the thread has decided on. */
  get decided(): number {
    return Atomics.load(this.counters, 1);
  }

  /** Takes all of `samples`, or nothing of them (false) when there is no room: the thread is too far behind. */
  write(samples: Int16Array): boolean {
    const { length } = this.samples;
    if (this.written - this.decided + samples.length > length) return false;
    const at = this.written % length;
    const first = Math.min(samples.length, length - at);
    this.samples.set(first === samples.length ? samples : samples.subarray(0, first), at);
    if (first < samples.length) this.samples.set(samples.subarray(first), 0);
    this.written += samples.length;
    // The counters hold 37 hours of audio at 16 kHz; calls are shorter.
    Atomics.store(this.counters, 0, this.written);
    return true;
  }

  /** A copy of what was written and is not decided. */
  undecided(): Int16Array {
    const { decided, written } = this;
    const { length } = this.samples;
    return Int16Array.from({ length: written - decided }, (_, n) => this.samples[(decided + n) % length] as number);
  }
}
