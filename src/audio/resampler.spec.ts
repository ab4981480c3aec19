import { SAMPLE_RATES } from '../protocol/audio.js';
import { bytesOf, samplesOf } from './pcm16.js';
import { Resampler } from './resampler.js';

const AMPLITUDE = 16_000;

function tone(frequency: number, sampleRate: number, seconds: number): Uint8Array {
  const samples = new Int16Array(Math.round(sampleRate * seconds));
  for (let at = 0; at < samples.length; at += 1) {
    samples[at] = Math.round(AMPLITUDE * Math.sin((2 * Math.PI * frequency * at) / sampleRate));
  }
  return bytesOf(samples);
}

function convert(pcm: Uint8Array, from: number, to: number): Int16Array {
  const resampler = new Resampler(from, to);
  return samplesOf(Buffer.concat([resampler.push(pcm), resampler.flush()]));
}

/** The middle of the signal, away from where it begins and ends. */
const middle = (samples: Int16Array): Int16Array =>
  samples.subarray(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8));

/** Least-squares fit of one frequency: its amplitude and what is left without it, both dB against AMPLITUDE. */
function fit(samples: Int16Array, frequency: number, sampleRate: number): { gain: number; residue: number } {
  const step = (2 * Math.PI * frequency) / sampleRate;
  let [cc, ss, cs, xc, xs, xx] = [0, 0, 0, 0, 0, 0];
  samples.forEach((sample, at) => {
    const cos = Math.cos(step * at);
    const sin = Math.sin(step * at);
    cc += cos * cos;
    ss += sin * sin;
    cs += cos * sin;
    xc += sample * cos;
    xs += sample * sin;
    xx += sample * sample;
  });
  const determinant = cc * ss - cs * cs;
  const real = (xc * ss - xs * cs) / determinant;
  const imaginary = (xs * cc - xc * cs) / determinant;
  const left = Math.max(0, xx - real * xc - imaginary * xs) / samples.length;
  return {
    gain: 20 * Math.log10(Math.hypot(real, imaginary) / AMPLITUDE),
    residue: 10 * Math.log10((2 * left) / AMPLITUDE ** 2 + 1e-12),
  };
}

const rmsDb = (samples: Int16Array): number =>
  10 *
  Math.log10((2 * samples.reduce((sum, sample) => sum + sample * sample, 0)) / samples.length / AMPLITUDE ** 2 + 1e-12);

const pairs = SAMPLE_RATES.flatMap((from) => SAMPLE_RATES.map((to) => [from, to] as const)).filter(
  ([from, to]) => from !== to,
);

describe('Resampler', () => {
  it.each(pairs)('%i to %i Hz: flat where speech is, no images or aliases, exact length', (from, to) => {
    const lower = Math.min(from, to) / 2;
    for (const share of [0.02, 0.25, 0.5, 0.7, 0.8]) {
      const frequency = Math.round(lower * share);
      const output = middle(convert(tone(frequency, from, 0.4), from, to));
      const { gain, residue } = fit(output, frequency, to);
      expect(Math.abs(gain)).toBeLessThan(0.1);
      // What is left when the tone is taken away: images, aliases and rounding together.
      expect(residue).toBeLessThan(-60);
    }
    if (to < from) {
      // Tones that the output cannot hold must vanish rather than fold back into speech.
      for (const share of [1.08, 1.2, 1.6, 1.9]) {
        const frequency = lower * share;
        if (frequency >= from / 2) continue;
        const output = middle(convert(tone(frequency, from, 0.4), from, to));
        expect(rmsDb(output)).toBeLessThan(-58);
      }
    }
    expect(convert(tone(300, from, 0.1), from, to)).toHaveLength(Math.ceil((Math.round(from * 0.1) * to) / from));
  });

  it.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [16_000, 24_000],
    [22_050, 48_000],
    [24_000, 8000],
  ])('%i to %i Hz: where the chunks are cut changes nothing', (from, to) => {
    const input = tone(440, from, 0.25);
    const whole = convert(input, from, to);
    const resampler = new Resampler(from, to);
    const parts: Uint8Array[] = [];
    for (let at = 0, turn = 0; at < input.length; turn += 1) {
      const bytes = [2, 640, 14, 1922, 320][turn % 5] ?? 2;
      parts.push(resampler.push(input.subarray(at, at + bytes)));
      at += bytes;
    }
    parts.push(resampler.flush());
    expect([...samplesOf(Buffer.concat(parts))]).toEqual([...whole]);
  });

  it('keeps time: an impulse comes out where it went in', () => {
    const input = new Int16Array(4800);
    input[2400] = 30_000;
    const output = convert(bytesOf(input), 48_000, 16_000);
    const peak = output.indexOf(Math.max(...output));
    expect(peak).toBe(800);
  });

  it('is as new after flush, and clips instead of wrapping around', () => {
    const square = new Int16Array(1600).map((_, at) => (at % 32 < 16 ? 32_767 : -32_768));
    const resampler = new Resampler(16_000, 48_000);
    const first = Buffer.concat([resampler.push(bytesOf(square)), resampler.flush()]);
    const second = Buffer.concat([resampler.push(bytesOf(square)), resampler.flush()]);
    expect(second.equals(first)).toBe(true);
    const samples = samplesOf(first);
    // The first half wave is positive throughout: a wrapped overshoot would be negative.
    expect(Math.min(...samples.subarray(6, 40))).toBeGreaterThan(0);
  });

  it('hands equal rates through, and refuses rates that are none', () => {
    const chunk = tone(440, 16_000, 0.02);
    const resampler = new Resampler(16_000, 16_000);
    expect(resampler.push(chunk)).toBe(chunk);
    expect(resampler.flush()).toHaveLength(0);
    expect(() => new Resampler(0, 16_000)).toThrow(RangeError);
    expect(() => new Resampler(16_000, 8000.5)).toThrow(RangeError);
  });

  it('reads chunks that lie on an odd address', () => {
    const chunk = tone(440, 48_000, 0.02);
    const odd = new Uint8Array(chunk.length + 1);
    odd.set(chunk, 1);
    expect(new Resampler(48_000, 16_000).push(odd.subarray(1))).toEqual(new Resampler(48_000, 16_000).push(chunk));
  });
});
