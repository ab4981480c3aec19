import { Concealment } from './concealment.js';

/** Hz. */
const RATE = 8000;
const SAMPLES_PER_MS = RATE / 1000;
/** What is taken at once: 20 ms. */
export const FRAME_SAMPLES = 160;
const FRAME_MS = FRAME_SAMPLES / SAMPLES_PER_MS;

/** What can be held, samples: two seconds, all that comes at once after the process stood still. A power of two, for a mask. */
const CAPACITY = 16_384;
/** Time stamps further off than this begin something new: another source, or a clock that was set. */
const JUMP_SAMPLES = CAPACITY - FRAME_SAMPLES;
/** Packets in a row that come too late before the buffer follows them. */
const MAX_LATE = 5;
const WRAP = 2 ** 32;

export interface JitterOptions {
  /** How much is held back at first, and at least, ms. */
  readonly minMs: number;
  /** How much at most, when packets come late, ms. */
  readonly maxMs: number;
  /** How long more than needed is held before it is shortened, frames. */
  readonly patience: number;
}

export const JITTER_DEFAULTS = { minMs: 40, maxMs: 200, patience: 150 } as const satisfies JitterOptions;

/**
 * RTP audio in order and in time. Packets go in as they come, early, late, twice or not at all; every 20 ms a frame is taken
 * out, whatever has come, so that whoever listens hears time go by as the caller does. What is missing is concealed. The delay
 * adapts: it grows when a packet comes too late, and shrinks by a frame when more was held than needed for some seconds.
 */
export class JitterBuffer {
  private readonly samples = new Int16Array(CAPACITY);
  /** Which of them have come and were not taken. */
  private readonly present = new Uint8Array(CAPACITY);
  private readonly concealment = new Concealment(RATE);
  /** Time stamp of the next sample to be taken, and behind the last that has come, both without wrapping. */
  private next = 0;
  private end = 0;
  private started = false;
  private targetMs: number;
  /** Frames to wait before the next one is taken. */
  private waits = 0;
  private lateInARow = 0;
  private leastMs = Number.POSITIVE_INFINITY;
  private taken = 0;
  /** For the log at the end of a call, samples and packets. */
  readonly counts = { received: 0, late: 0, concealed: 0 };

  constructor(private readonly options: JitterOptions = JITTER_DEFAULTS) {
    this.targetMs = options.minMs;
  }

  /** How much is held, ms. */
  get heldMs(): number {
    return this.started ? Math.max(0, this.end - this.next) / SAMPLES_PER_MS : 0;
  }

  /** One packet: its time stamp (32 bits) and its samples, at most what can be held. */
  push(timestamp: number, samples: Int16Array): void {
    if (samples.length === 0 || samples.length > JUMP_SAMPLES) return;
    this.counts.received += 1;
    const at = this.started ? this.next + signed(timestamp - this.next) : timestamp;
    const ahead = at - this.next;
    if (!this.started || ahead > JUMP_SAMPLES - samples.length || ahead < -JUMP_SAMPLES) {
      this.restart(timestamp, samples);
    } else if (ahead + samples.length <= 0) {
      this.late(timestamp, samples);
    } else {
      this.lateInARow = 0;
      this.write(at, samples);
    }
  }

  /** Hot path: the next 20 ms. */
  pull(): Int16Array {
    if (this.waits > 0 || !this.started) {
      if (this.waits > 0) this.waits -= 1;
      return this.concealment.fill(FRAME_SAMPLES);
    }
    this.shorten();
    const frame = new Int16Array(FRAME_SAMPLES);
    for (let done = 0; done < FRAME_SAMPLES;) {
      const there = this.present[this.next & (CAPACITY - 1)] === 1;
      let run = 0;
      while (done + run < FRAME_SAMPLES && (this.present[(this.next + run) & (CAPACITY - 1)] === 1) === there) run += 1;
      const part = there ? this.concealment.join(this.take(run)) : this.concealment.fill(run);
      if (!there) this.counts.concealed += run;
      frame.set(part, done);
      this.next += run;
      done += run;
    }
    return frame;
  }

  /** Another source: what is held of the one before is thrown away. */
  reset(): void {
    this.started = false;
    this.present.fill(0);
    this.waits = 0;
    this.lateInARow = 0;
  }

  private restart(timestamp: number, samples: Int16Array): void {
    this.reset();
    this.started = true;
    this.next = timestamp;
    this.end = timestamp;
    this.waits = Math.round(this.targetMs / FRAME_MS);
    this.leastMs = Number.POSITIVE_INFINITY;
    this.write(timestamp, samples);
  }

  /** All of it is over. More is held back from now on, unless everything comes late: then the sender's clock has moved. */
  private late(timestamp: number, samples: Int16Array): void {
    this.counts.late += 1;
    this.lateInARow += 1;
    if (this.lateInARow > MAX_LATE) {
      this.restart(timestamp, samples);
    } else if (this.waits === 0 && this.targetMs < this.options.maxMs) {
      this.targetMs = Math.min(this.options.maxMs, this.targetMs + FRAME_MS);
      this.waits = 1;
      this.leastMs = Number.POSITIVE_INFINITY;
    }
  }

  private write(at: number, samples: Int16Array): void {
    for (let index = Math.max(0, this.next - at); index < samples.length; index += 1) {
      const place = (at + index) & (CAPACITY - 1);
      this.samples[place] = samples[index] as number;
      this.present[place] = 1;
    }
    this.end = Math.max(this.end, at + samples.length);
  }

  private take(count: number): Int16Array {
    const part = new Int16Array(count);
    for (let index = 0; index < count; index += 1) {
      const place = (this.next + index) & (CAPACITY - 1);
      part[index] = this.samples[place] as number;
      this.present[place] = 0;
    }
    return part;
  }

  /** Leaves out a frame when, for long enough, more was held than is needed: the sender's clock is faster than ours. */
  private shorten(): void {
    this.leastMs = Math.min(this.leastMs, this.heldMs);
    this.taken += 1;
    if (this.taken < this.options.patience) return;
    this.taken = 0;
    if (this.leastMs >= this.targetMs + 2 * FRAME_MS) {
      this.take(FRAME_SAMPLES);
      this.next += FRAME_SAMPLES;
    } else if (this.leastMs >= this.targetMs && this.targetMs > this.options.minMs) {
      this.targetMs -= FRAME_MS;
    }
    this.leastMs = Number.POSITIVE_INFINITY;
  }
}

/** A difference of two 32-bit time stamps, by the shorter way around. */
function signed(difference: number): number {
  const wrapped = ((difference % WRAP) + WRAP) % WRAP;
  return wrapped >= WRAP / 2 ? wrapped - WRAP : wrapped;
}
