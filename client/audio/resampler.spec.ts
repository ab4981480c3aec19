import { resample, Resampler } from './resampler.js';

const sine = (frequency: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => Math.sin((2 * Math.PI * frequency * n) / rate));

const rmsOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** The middle of a signal, away from the ends where the filter sees silence. */
const middle = (samples: Float32Array): Float32Array =>
  samples.subarray(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8));

const decibels = (ratio: number): number => 20 * Math.log10(ratio);

it.each([
  [48_000, 16_000],
  [44_100, 16_000],
  [22_050, 16_000],
  [16_000, 8000],
  [16_000, 48_000],
  [8000, 44_100],
])('keeps a 1 kHz tone from %i to %i Hz: level, phase and length', (from, to) => {
  const output = resample(sine(1000, from, 0.5), from, to);
  expect(Math.abs(output.length - to / 2)).toBeLessThanOrEqual(1);
  const expected = middle(sine(1000, to, output.length / to));
  const error = middle(output).map((sample, n) => sample - (expected[n] ?? 0));
  expect(decibels(rmsOf(error) / rmsOf(expected))).toBeLessThan(-60);
});

it('keeps what would fold back out of a lower rate', () => {
  const output = resample(sine(11_000, 48_000, 0.5), 48_000, 16_000);
  expect(decibels(rmsOf(middle(output)) / Math.SQRT1_2)).toBeLessThan(-60);
});

it('makes the same of a stream however it is cut', () => {
  const input = sine(440, 44_100, 0.2);
  const whole = resample(input, 44_100, 16_000);
  const resampler = new Resampler(44_100, 16_000);
  const parts: number[] = [];
  const lengths = [1, 0, 7, 128, 441, 2000];
  for (let offset = 0, n = 0; offset < input.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1;
    parts.push(...resampler.process(input.subarray(offset, offset + length)));
    offset += length;
  }
  parts.push(...resampler.flush());
  expect(parts).toEqual([...whole]);
});

it('keeps a constant constant: no ripple between the phases', () => {
  const output = middle(resample(new Float32Array(4410).fill(0.5), 44_100, 16_000));
  for (const sample of output) expect(Math.abs(sample - 0.5)).toBeLessThan(1e-5);
});

it('passes equal rates through', () => {
  const input = sine(440, 16_000, 0.01);
  expect(resample(input, 16_000, 16_000)).toBe(input);
  const resampler = new Resampler(16_000, 16_000);
  expect(resampler.process(input)).toBe(input);
  expect(resampler.flush()).toHaveLength(0);
});
