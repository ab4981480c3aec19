import { bytesOf, samplesOf } from './pcm16.js';

// A streaming rational resampler: a Kaiser-windowed sinc low-pass, split into its polyphase branches, so that each output
// sample costs one branch (Crochiere and Rabiner 1983, section 4.3).

/** How sharply a filter cuts, in shares of the lower Nyquist frequency. */
interface Edge {
  /** Of the sinc on either side: 16 make a transition band 0.26 wide, in proportion. */
  readonly zeroCrossings: number;
  /** The -6 dB point. */
  readonly cutoff: number;
}

/** Flat below 0.80, silent above 1.06. */
const USUAL: Edge = { zeroCrossings: 16, cutoff: 0.93 };
/**
 * To and from the telephone's 8 kHz: flat to 3.4 kHz, which is all that a telephone carries (ITU-T G.712), and silent from
 * 4 kHz on, so that nothing folds back.
 */
const TELEPHONE: Edge = { zeroCrossings: 28, cutoff: 0.925 };
const TELEPHONE_RATE = 8000;
/** Kaiser's beta for 68 dB of stop-band attenuation: 0.1102 (A - 8.7) (Kaiser 1974). */
const KAISER_BETA = 6.5;

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

interface Filter {
  /** Branches in order of phase; each has `taps` coefficients, oldest input first. */
  readonly branches: Float64Array;
  readonly taps: number;
  /** Inputs that a branch reaches ahead of the output's own position. */
  readonly lookahead: number;
}

const filters = new Map<string, Filter>();

/** Designs (once for each) the branches for `up`/`down`, both coprime. */
function filterFor(up: number, down: number, edge: Edge): Filter {
  const key = `${up}/${down}/${edge.zeroCrossings}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  // In units of one input sample: stretched when the output's Nyquist frequency is the lower one.
  const stretch = Math.max(1, down / up);
  const half = Math.ceil(edge.zeroCrossings * stretch);
  const taps = (2 * half + 3) & ~3; // a multiple of four, for the unrolled loop
  const cutoff = edge.cutoff / stretch;
  const scale = besselI0(KAISER_BETA);
  const branches = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      // Distance of this input from the output's position, inputs.
      const x = tap - (half - 1) - phase / up;
      const inside = 1 - (x / half) ** 2;
      const window = inside <= 0 ? 0 : besselI0(KAISER_BETA * Math.sqrt(inside)) / scale;
      const angle = Math.PI * cutoff * x;
      const value = (x === 0 ? 1 : Math.sin(angle) / angle) * window;
      branches[phase * taps + tap] = value;
      sum += value;
    }
    // Each branch passes DC with gain 1, so that a constant input has no ripple at the phase rate.
    for (let tap = 0; tap < taps; tap += 1)
      branches[phase * taps + tap] = (branches[phase * taps + tap] as number) / sum;
  }
  const filter = { branches, taps, lookahead: taps - half };
  filters.set(key, filter);
  return filter;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * Converts PCM16 mono from one rate to another, chunk by chunk, with the filter's state carried across chunks: the result
 * does not depend on where the chunks were cut. Output sample n stands at input time n * from / to (no added delay); the
 * last 16 to 170 input samples come out with `flush`.
 */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly filter: Filter | undefined;
  /** Input not yet fully used: begins `half - 1` samples before the next output's position. */
  private buffer = new Float64Array(0);
  private filled = 0;
  /** Position of the next output: input index into `buffer` of the branch's first tap, and phase in 1/up. */
  private phase = 0;
  private inputs = 0;
  private outputs = 0;

  /** @param from Hz @param to Hz; both whole and positive, else RangeError. */
  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from <= 0 || to <= 0) {
      throw new RangeError(`cannot resample from ${from} Hz to ${to} Hz`);
    }
    const divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    const edge = Math.min(from, to) <= TELEPHONE_RATE ? TELEPHONE : USUAL;
    this.filter = from === to ? undefined : filterFor(this.up, this.down, edge);
    this.reset();
  }

  /** Forgets all audio, as if new. */
  reset(): void {
    this.phase = 0;
    this.inputs = 0;
    this.outputs = 0;
    const filter = this.filter;
    if (filter === undefined) return;
    // Silence before the first sample.
    this.filled = filter.taps - filter.lookahead - 1;
    this.buffer.fill(0, 0, this.filled);
    if (this.buffer.length < this.filled) this.buffer = new Float64Array(this.filled);
  }

  /** Takes PCM16 of any even length, returns what can be said already. At equal rates returns the chunk itself. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.filter === undefined) return chunk;
    const samples = samplesOf(chunk);
    this.inputs += samples.length;
    this.append(samples.length);
    const buffer = this.buffer;
    const at = this.filled;
    for (let i = 0; i < samples.length; i += 1) buffer[at + i] = samples[i] as number;
    this.filled += samples.length;
    return bytesOf(this.produce(Number.POSITIVE_INFINITY));
  }

  /** The rest, as if silence followed; afterwards the resampler is as new. All outputs: ceil(inputs * to / from). */
  flush(): Uint8Array {
    const filter = this.filter;
    if (filter === undefined) return new Uint8Array(0);
    this.append(filter.taps);
    this.buffer.fill(0, this.filled, this.filled + filter.taps);
    this.filled += filter.taps;
    const rest = this.produce(Math.ceil((this.inputs * this.up) / this.down) - this.outputs);
    this.reset();
    return bytesOf(rest);
  }

  private append(count: number): void {
    if (this.filled + count <= this.buffer.length) return;
    const larger = new Float64Array((this.filled + count) * 2);
    larger.set(this.buffer.subarray(0, this.filled));
    this.buffer = larger;
  }

  private produce(limit: number): Int16Array {
    const { branches, taps } = this.filter as Filter;
    const { buffer, filled, up, down } = this;
    const last = filled - taps;
    const ready = last < 0 ? 0 : Math.floor((last * up + up - 1 - this.phase) / down) + 1;
    const output = new Int16Array(Math.max(0, Math.min(limit, ready)));
    const step = Math.floor(down / up);
    const phaseStep = down % up;
    let phase = this.phase;
    let start = 0;
    for (let n = 0; n < output.length; n += 1) {
      let tap = phase * taps;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      // Four sums, so that one addition need not wait for the one before it.
      for (let i = start, end = start + taps; i < end; i += 4, tap += 4) {
        a += (buffer[i] as number) * (branches[tap] as number);
        b += (buffer[i + 1] as number) * (branches[tap + 1] as number);
        c += (buffer[i + 2] as number) * (branches[tap + 2] as number);
        d += (buffer[i + 3] as number) * (branches[tap + 3] as number);
      }
      const value = Math.round(a + b + c + d);
      output[n] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
      start += step;
      phase += phaseStep;
      if (phase >= up) {
        phase -= up;
        start += 1;
      }
    }
    this.phase = phase;
    this.outputs += output.length;
    if (start > 0) {
      buffer.copyWithin(0, start, filled);
      this.filled = filled - start;
    }
    return output;
  }
}
