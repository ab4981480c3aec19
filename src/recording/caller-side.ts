import { bytesOf, samplesOf } from '../audio/pcm16.js';
import { Resampler } from '../audio/resampler.js';
import { RECORDING_RATE, SAMPLES_PER_MS, type Track } from './track.js';

/** Audio may be so much earlier or later than it is put, ms: jitter, and a clock that is not ours. */
const SLACK_MS = 40;
/** When a recording begins it is seen so long how fast audio can come, ms: the first of it may be late, as a busy server is. */
const FIRST_MS = 3_000;
/** Audio that is late may only have been held up: if it has been, what follows makes up for it by then, ms. */
const STALL_MS = 3_000;

interface Piece {
  /** When it came, ms. */
  readonly at: number;
  /** At the rate of the wire. */
  readonly samples: Int16Array;
  /** When it came, against its place among all that has come, ms: the least is that of audio that nothing held up. */
  readonly late: number;
}

/**
 * Where the microphone's audio belongs on the recording's clock. A microphone is a clock itself: its audio is put end to end,
 * as far behind the first sample as it counts, whatever the network does; but a pause in which nothing was sent is silence.
 */
export class CallerSide {
  private readonly resampler: Resampler;
  private readonly msPerSample: number;
  private readonly waiting: Piece[] = [];
  private countMs = 0;
  /** What is to be added to the audio's own time, ms; undefined until that is known. */
  private offsetMs: number | undefined;
  /** Where the next sample goes, if nothing is missing; undefined before the first. */
  private cursor: number | undefined;
  private lastAt = -Infinity;

  /** @param sampleRate of the wire, Hz */
  constructor(
    private readonly track: Track,
    sampleRate: number,
  ) {
    this.resampler = new Resampler(sampleRate, RECORDING_RATE);
    this.msPerSample = 1000 / sampleRate;
  }

  /** Hot path: PCM16 that came `now`, ms of the recording. It is copied: its buffer is the wire's. */
  hear(chunk: Uint8Array, now: number): void {
    const samples = samplesOf(chunk).slice();
    this.countMs += samples.length * this.msPerSample;
    this.waiting.push({ at: now, samples, late: now - this.countMs });
    this.lastAt = now;
  }

  /** Puts what has its place by `now`. Returns up to when all is in its place that came or may still come late, ms. */
  settle(now: number, patienceMs: number): number {
    // From the end: the least that any piece from here on was late.
    const least: number[] = [];
    for (let n = this.waiting.length - 1, late = Infinity; n >= 0; n -= 1) {
      late = Math.min(late, this.waiting[n]?.late ?? late);
      least[n] = late;
    }
    let placed = 0;
    for (const piece of this.waiting) {
      const best = least[placed] ?? piece.late;
      if (this.offsetMs === undefined) {
        if (now - piece.at < FIRST_MS) break;
        this.offsetMs = best;
      }
      if (best > this.offsetMs + SLACK_MS) {
        if (now - piece.at < STALL_MS) break;
        this.offsetMs = best;
      }
      this.offsetMs = Math.min(this.offsetMs, best);
      this.place(piece, this.offsetMs);
      placed += 1;
    }
    this.waiting.splice(0, placed);
    const settledMs = (this.cursor ?? 0) / SAMPLES_PER_MS;
    const isSilent = this.waiting.length === 0 && now - this.lastAt > patienceMs;
    return isSilent ? now : settledMs;
  }

  private place({ at, samples, late }: Piece, offsetMs: number): void {
    const sound = samplesOf(this.resampler.push(bytesOf(samples)));
    const startMs = at - late - samples.length * this.msPerSample + offsetMs;
    const place = Math.round(startMs * SAMPLES_PER_MS);
    const slack = SLACK_MS * SAMPLES_PER_MS;
    const { cursor = place } = this;
    // A pause in which nothing was sent; or a microphone that runs fast: what there is no room for is left out.
    const start = place > cursor + slack ? place : cursor;
    const surplus = cursor > place + slack ? Math.min(sound.length, cursor - place) : 0;
    // What was said before the recording's zero has no place in it: a telephone speaks before its call is there.
    this.track.put(start, sound.subarray(surplus));
    this.cursor = start + sound.length - surplus;
  }
}
