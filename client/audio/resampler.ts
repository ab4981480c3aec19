/** Zero crossings of the sinc on each side: 16 keep aliases below about -70 dB with the window used. */
const ZERO_CROSSINGS = 16;
/** Share of the band below the lower Nyquist frequency that passes; the rest is the filter's slope. */
const PASS_BAND = 0.92;

/**
 * Converts a stream of samples from one rate to another with a windowed-sinc polyphase filter. Time is kept in whole
 * numbers (the ratio is reduced to L/M), so that nothing drifts however long the stream.
 * Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/
 */
export class Resampler {
  /** Upsampling and downsampling factor: to / from, reduced. */
  readonly #up: number;
  readonly #down: number;
  /** Input samples on each side of an output sample that it depends on. */
  readonly #reach: number;
  /** Filter taps, one row of 2 x reach for each of `up` phases. */
  readonly #taps: Float32Array;
  /** Input that later outputs still need. */
  #history: Float32Array;
  /** Where the next output lies: index in `history` and phase of `up`. */
  #index: number;
  #phase = 0;

  /** @param from Hz @param to Hz */
  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const cutoff = Math.min(1, to / from) * PASS_BAND;
    this.#reach = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.#taps = polyphaseTaps(this.#up, this.#reach, cutoff);
    this.#history = new Float32Array(this.#reach);
    this.#index = this.#reach;
  }

  /** Takes input of any length and returns what can be made of it so far. */
  process(input: Float32Array): Float32Array {
    if (this.#up === this.#down) return input;
    const history = new Float32Array(this.#history.length + input.length);
    history.set(this.#history);
    history.set(input, this.#history.length);
    // An output needs history[index - reach + 1 .. index + reach].
    const steps = (history.length - this.#reach - this.#index) * this.#up - this.#phase;
    const output = new Float32Array(Math.max(0, Math.ceil(steps / this.#down)));
    for (let n = 0; n < output.length; n += 1) {
      output[n] = this.#at(history, this.#index, this.#phase);
      this.#phase += this.#down;
      this.#index += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    const spent = Math.max(0, Math.min(history.length, this.#index - this.#reach));
    this.#history = history.slice(spent);
    this.#index -= spent;
    return output;
  }

  /** The tail that the filter still holds, as if silence followed. The resampler is used up afterwards. */
  flush(): Float32Array {
    return this.process(new Float32Array(this.#up === this.#down ? 0 : this.#reach));
  }

  #at(history: Float32Array, index: number, phase: number): number {
    const width = 2 * this.#reach;
    const row = phase * width;
    const first = index - this.#reach + 1;
    let sum = 0;
    for (let tap = 0; tap < width; tap += 1) sum += (this.#taps[row + tap] ?? 0) * (history[first + tap] ?? 0);
    return sum;
  }
}

/** The whole of `samples` at another rate. @param from Hz @param to Hz */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampler = new Resampler(from, to);
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const output = new Float32Array(body.length + tail.length);
  output.set(body);
  output.set(tail, body.length);
  return output;
}

/** Rows of a Blackman-windowed sinc at `phases` fractional delays, each row with a sum of one. */
function polyphaseTaps(phases: number, reach: number, cutoff: number): Float32Array {
  const width = 2 * reach;
  const taps = new Float32Array(phases * width);
  for (let phase = 0; phase < phases; phase += 1) {
    const row = Array.from({ length: width }, (_, tap) => {
      const distance = tap - reach + 1 - phase / phases;
      return sinc(distance * cutoff) * blackman(distance / reach);
    });
    const sum = row.reduce((total, tap) => total + tap, 0);
    taps.set(
      row.map((tap) => tap / sum),
      phase * width,
    );
  }
  return taps;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Blackman window over -1 to 1. */
const blackman = (x: number): number =>
  Math.abs(x) >= 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
