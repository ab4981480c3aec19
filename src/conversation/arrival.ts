// When the caller's audio came in: maps positions in it to moments on the clock. Audio comes in real time, as a rule; after
// a gap in the network what was said meanwhile comes all at once, and is no older than its arrival for whoever waits for it.
import type { Clock } from './clock.port.js';

/** Between two marks, ms of audio; and how many are kept: half a minute. */
const MARK_EVERY_MS = 100;
const MARKS = 300;
/** Audio that comes so much later than it could is late, ms: less is the network's usual unevenness. */
const GAP_MS = 250;

export class Arrival {
  private readonly positions = new Float64Array(MARKS);
  private readonly times = new Float64Array(MARKS);
  private marks = 0;
  private markedMs = 0;
  private lastAt = 0;
  private late = 0;
  private pushed = 0;

  constructor(
    private readonly clock: Clock,
    private readonly msPerByte: number,
  ) {}

  /** Where in all audio of the call the first chunk begins, ms. Before it comes. */
  startAt(ms: number): void {
    this.pushed = ms;
    this.markedMs = ms;
  }

  /** How much audio has come, ms since the call's first sample. */
  get ms(): number {
    return this.pushed;
  }

  /** When the latest audio came, ms on the clock; undefined before the first. */
  get latestAt(): number | undefined {
    return this.marks === 0 ? undefined : this.lastAt;
  }

  /** How long ago the latest audio was said, as far as it came in a burst after a gap, ms; 0 in real time. */
  get lateMs(): number {
    return this.late;
  }

  /** Hot path: takes note of a chunk. */
  push(bytes: number): void {
    const now = this.clock.now();
    const ms = bytes * this.msPerByte;
    const wait = now - this.lastAt;
    const first = this.marks === 0;
    const gap = !first && wait > ms + GAP_MS;
    if (gap) {
      this.late += wait - ms;
      this.mark(this.lastAt); // what came before the gap came before it
    } else if (wait >= ms / 2) this.late = 0;
    else this.late = Math.max(0, this.late + wait - ms);
    // However long the chunk: nobody could have had it earlier.
    if (first || gap) this.mark(now - Math.min(ms, GAP_MS));
    this.pushed += ms;
    this.lastAt = now;
    if (gap || this.pushed - this.markedMs >= MARK_EVERY_MS) this.mark(now);
  }

  /** When the sample at `audioMs` of the call came in, ms on the clock; never in the future. */
  timeOf(audioMs: number): number {
    if (this.marks === 0) return this.clock.now(); // words without audio are heard as they come
    let position = this.pushed;
    let time = this.lastAt;
    for (let n = this.marks - 1; n >= Math.max(0, this.marks - MARKS); n -= 1) {
      const earlier = this.positions[n % MARKS] ?? 0;
      const at = this.times[n % MARKS] ?? 0;
      if (earlier <= audioMs) return Math.max(at, time - Math.max(0, position - audioMs));
      position = earlier;
      time = at;
    }
    return time - Math.max(0, position - audioMs);
  }

  private mark(at: number): void {
    const n = this.marks % MARKS;
    this.positions[n] = this.pushed;
    this.times[n] = at;
    this.marks += 1;
    this.markedMs = this.pushed;
  }
}
