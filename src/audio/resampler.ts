/** Zero crossings of the sinc on each side: with the window used, aliases and images stay below about -60 dB. */
const ZERO_CROSSINGS = 14;
/** Share of the band below the lower Nyquist frequency that passes; the rest is the filter's slope. */
const PASS_BAND = 0.9;

/**
 * Converts a stream of PCM16 mono from one rate to another: a polyphase windowed-sinc filter whose state carries over
 * from chunk to chunk. Time is kept in whole numbers (the ratio is reduced to up/down), so nothing drifts.
 * Smith, "Digital Audio Resampling Home Page", https://ccrma.stanford.edu/~jos/resample/
 */
export class Pcm16Resampler {
  private readonly up: number;
  private readonly down: number;
  /** Taps of one phase: input samples that an output sample is made of. */
  private readonly width: number;
  /** `up` rows of `width` taps. */
  private readonly taps: Float32Array;
  /** Input that later outputs still need, then the new input. Grows to the largest chunk seen and is used again. */
  private buffer: Float32Array;
  private held: number;
  /** Of the next output sample: where its first input lies in the buffer, and its phase of `up`. */
  private index = 0;
  private phase = 0;
  /** An odd byte that waits for its other half; -1 when there is none. */
  private half = -1;

  /** Rates in Hz. Throws a RangeError when one is not a positive whole number. */
  constructor(from: number, to: number) {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from <= 0 || to <= 0) {
      throw new RangeError(`sample rates must be positive whole numbers of Hz, not ${from} and ${to}`);
    }
    const divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    const cutoff = Math.min(1, to / from) * PASS_BAND;
    const reach = this.up === this.down ? 0 : Math.ceil(ZERO_CROSSINGS / cutoff);
    this.width = 2 * reach;
    this.taps = tapsFor(this.up, this.down, reach, cutoff);
    // Silence before the first sample, so that it comes out in the middle of the filter: no delay is heard.
    this.held = Math.max(0, reach - 1);
    this.buffer = new Float32Array(this.held + 2048);
  }

  /** Takes PCM16 of any length and returns what can be made of it so far: a new array, or the input when rates agree. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.up === this.down) return chunk;
    this.append(chunk);
    return this.produce();
  }

  /** The rest that the filter holds, as if silence followed. The resampler starts afresh afterwards. */
  flush(): Uint8Array {
    if (this.up === this.down) return new Uint8Array(0);
    this.half = -1;
    const reach = this.width / 2;
    this.append(new Uint8Array(reach * 2));
    const rest = this.produce();
    this.held = reach - 1;
    this.buffer.fill(0, 0, this.held);
    this.index = 0;
    this.phase = 0;
    return rest;
  }

  private append(chunk: Uint8Array): void {
    const needed = this.held + (chunk.length >> 1) + 1;
    if (needed > this.buffer.length) {
      const larger = new Float32Array(needed * 2);
      larger.set(this.buffer.subarray(0, this.held));
      this.buffer = larger;
    }
    let at = 0;
    if (this.half >= 0 && chunk.length > 0) {
      this.buffer[this.held] = ((((chunk[0] ?? 0) << 8) | this.half) << 16) >> 16;
      this.held += 1;
      at = 1;
      this.half = -1;
    }
    for (; at + 1 < chunk.length; at += 2) {
      this.buffer[this.held] = ((((chunk[at + 1] ?? 0) << 8) | (chunk[at] ?? 0)) << 16) >> 16;
      this.held += 1;
    }
    if (at < chunk.length) this.half = chunk[at] ?? 0;
  }

  private produce(): Uint8Array {
    const { buffer, taps, width, up, down } = this;
    const ready = this.held - width - this.index;
    const count = ready < 0 ? 0 : Math.floor((ready * up + up - 1 - this.phase) / down) + 1;
    const out = new Uint8Array(count * 2);
    let { index, phase } = this;
    for (let n = 0; n < count; n += 1) {
      const row = phase * width;
      let sum = 0;
      for (let tap = 0; tap < width; tap += 1) sum += (taps[row + tap] ?? 0) * (buffer[index + tap] ?? 0);
      const sample = sum > 32767 ? 32767 : sum < -32768 ? -32768 : Math.round(sum);
      out[2 * n] = sample & 0xff;
      out[2 * n + 1] = (sample >> 8) & 0xff;
      phase += down;
      while (phase >= up) {
        phase -= up;
        index += 1;
      }
    }
    const spent = Math.min(index, this.held);
    buffer.copyWithin(0, spent, this.held);
    this.held -= spent;
    this.index = index - spent;
    this.phase = phase;
    return out;
  }
}

/** Filters that were computed once: there are only so many pairs of rates, and a stream must start at once. */
const filters = new Map<string, Float32Array>();

function tapsFor(up: number, down: number, reach: number, cutoff: number): Float32Array {
  const key = `${up}/${down}`;
  const taps = filters.get(key) ?? makeTaps(up, reach, cutoff);
  if (filters.size < 64) filters.set(key, taps);
  return taps;
}

/** One row of a Blackman-windowed sinc for each fractional delay, each row with a sum of one. */
function makeTaps(phases: number, reach: number, cutoff: number): Float32Array {
  const width = 2 * reach;
  const taps = new Float32Array(phases * width);
  for (let phase = 0; phase < phases; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < width; tap += 1) {
      const distance = tap - reach + 1 - phase / phases;
      const value = sinc(distance * cutoff) * blackman(distance / reach);
      taps[phase * width + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < width; tap += 1) taps[phase * width + tap] = (taps[phase * width + tap] ?? 0) / sum;
  }
  return taps;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Blackman window over -1 to 1. */
const blackman = (x: number): number =>
  Math.abs(x) >= 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
