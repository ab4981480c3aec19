import fc from 'fast-check';
import { SAMPLE_RATES } from '../protocol/audio-format.js';
import { Pcm16Resampler } from './resampler.js';

const tone = (hz: number, rate: number, ms: number, amplitude = 16_000): Uint8Array => {
  const samples = Int16Array.from({ length: (rate * ms) / 1000 }, (_, n) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * n) / rate)),
  );
  return new Uint8Array(samples.buffer);
};

const samplesOf = (bytes: Uint8Array): Int16Array => new Int16Array(Uint8Array.from(bytes).buffer);

/** All of it, the edges left out where the filter runs in and out. */
function resampled(input: Uint8Array, from: number, to: number): Int16Array {
  const resampler = new Pcm16Resampler(from, to);
  return samplesOf(Buffer.concat([resampler.push(input), resampler.flush()]));
}

const middle = (samples: Int16Array): Int16Array => samples.subarray(samples.length >> 2, (samples.length * 3) >> 2);
const rms = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
const db = (ratio: number): number => 20 * Math.log10(ratio);

const pairs = SAMPLE_RATES.flatMap((from) => SAMPLE_RATES.filter((to) => to !== from).map((to) => [from, to] as const));

describe.each(pairs)('from %d Hz to %d Hz', (from, to) => {
  it('keeps the length, passes speech unchanged and in place, and lets no alias through', () => {
    const input = tone(1000, from, 400);
    const output = resampled(input, from, to);
    expect(Math.abs(output.length - (to * 400) / 1000)).toBeLessThanOrEqual(1);
    const expected = samplesOf(tone(1000, to, 400));
    const error = middle(output.map((sample, n) => sample - (expected[n] ?? 0)));
    expect(db(rms(error) / rms(middle(expected)))).toBeLessThan(-55);
    if (to < from) {
      const above = resampled(tone(Math.min(to * 0.62, from * 0.49), from, 400), from, to);
      expect(db(rms(middle(above)) / rms(middle(expected)))).toBeLessThan(-55);
    }
  });
});

it('gives the same samples however the stream is cut, even inside a sample', () => {
  const input = tone(700, 24_000, 50);
  const whole = resampled(input, 24_000, 16_000);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (cuts) => {
      const resampler = new Pcm16Resampler(24_000, 16_000);
      const parts: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) {
        parts.push(resampler.push(input.subarray(at, at + cut)));
        at = Math.min(input.length, at + cut);
      }
      parts.push(resampler.push(input.subarray(at)), resampler.flush());
      expect(samplesOf(Buffer.concat(parts))).toEqual(whole);
    }),
  );
});

it('clips instead of wrapping around', () => {
  const square = new Uint8Array(Int16Array.from({ length: 800 }, (_, n) => (n % 40 < 20 ? 32767 : -32768)).buffer);
  const output = resampled(square, 8000, 48_000);
  output.forEach((sample, n) => {
    if (n > 0) expect(Math.abs(sample - (output[n - 1] ?? 0))).toBeLessThan(40_000);
  });
});

it('starts afresh after a flush', () => {
  const resampler = new Pcm16Resampler(16_000, 24_000);
  const run = () => Buffer.concat([resampler.push(tone(500, 16_000, 40)), resampler.flush()]);
  expect(run().equals(run())).toBe(true);
});

it('refuses rates that are none', () => {
  expect(() => new Pcm16Resampler(0, 16_000)).toThrow(RangeError);
});
