import { array, assert, integer, property } from 'fast-check';
import { G711_SAMPLE_RATE, decodeG711, encodeG711, silentCode } from './g711.js';
import type { G711Law } from './g711.js';
import { bytesOf, samplesOf } from './pcm16.js';
import { Resampler } from './resampler.js';

const LAWS: readonly G711Law[] = ['mulaw', 'alaw'];
const CODES = Uint8Array.from({ length: 256 }, (_, at) => at);
const SAMPLES = Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768);

function tone(frequency: number, sampleRate: number, amplitude: number, seconds = 0.5): Uint8Array {
  const samples = Int16Array.from({ length: Math.round(sampleRate * seconds) }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * at) / sampleRate)),
  );
  return bytesOf(samples);
}

/** What of a signal is this tone and what is not, dB. */
function snr(samples: Int16Array, frequency: number, sampleRate: number): number {
  const middle = samples.subarray(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8));
  let [cc, ss, cs, xc, xs, xx] = [0, 0, 0, 0, 0, 0];
  middle.forEach((sample, at) => {
    const cos = Math.cos((2 * Math.PI * frequency * at) / sampleRate);
    const sin = Math.sin((2 * Math.PI * frequency * at) / sampleRate);
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
  const signal = real * xc + imaginary * xs;
  return 10 * Math.log10(signal / (xx - signal));
}

const levelOf = (samples: Int16Array): number =>
  Math.sqrt((2 * samples.reduce((sum, sample) => sum + sample * sample, 0)) / samples.length);

/** From `rate` over the telephone line and back, in pieces of the lengths that `cut` gives, samples. */
function overTheLine(pcm: Uint8Array, rate: number, law: G711Law, cut: (turn: number) => number): Int16Array {
  const down = new Resampler(rate, G711_SAMPLE_RATE);
  const up = new Resampler(G711_SAMPLE_RATE, rate);
  const out: Uint8Array[] = [];
  const line = (piece: Uint8Array): void => void out.push(up.push(decodeG711(encodeG711(piece, law), law)));
  for (let at = 0, turn = 0; at < pcm.length; turn += 1) {
    const bytes = 2 * cut(turn);
    line(down.push(pcm.subarray(at, at + bytes)));
    at += bytes;
  }
  line(down.flush());
  out.push(up.flush());
  return samplesOf(Buffer.concat(out));
}

const frames = (rate: number) => (): number => rate / 50;

describe('G.711', () => {
  it('is that of the recommendation: the ends of each segment, by tables 1a and 2a', () => {
    const samples = (law: G711Law, codes: readonly number[]) => [...samplesOf(decodeG711(Uint8Array.from(codes), law))];
    // Table 2a counts in 14 bits (8031, 4191, 2079, ... 3, 1, 0), table 1a in 13 (4032, 2112, 1056, ... 1).
    const mu = [0x80, 0x8f, 0x9f, 0xaf, 0xbf, 0xcf, 0xdf, 0xef, 0xfe, 0xff];
    expect(samples('mulaw', mu).map((sample) => sample / 4)).toEqual([8031, 4191, 2079, 1023, 495, 231, 99, 33, 2, 0]);
    const below = mu.slice(0, -1).map((code) => code & 0x7f);
    expect(samples('mulaw', below).map((sample) => sample / -4)).toEqual([8031, 4191, 2079, 1023, 495, 231, 99, 33, 2]);
    const a = [0xaa, 0xa5, 0xb5, 0x85, 0x95, 0xe5, 0xf5, 0xc5, 0xd5];
    expect(samples('alaw', a).map((sample) => sample / 8)).toEqual([4032, 2112, 1056, 528, 264, 132, 66, 33, 1]);
    expect(silentCode('mulaw')).toBe(0xff);
    expect(silentCode('alaw')).toBe(0xd5);
  });

  it.each(LAWS)('%s: a code survives being a sample, but for the second zero', (law) => {
    const again = encodeG711(decodeG711(CODES, law), law);
    const changed = CODES.filter((code) => again[code] !== code);
    expect([...changed]).toEqual(law === 'mulaw' ? [0x7f] : []);
  });

  it.each(LAWS)('%s: every sample gets its nearest code', (law) => {
    const heard = samplesOf(decodeG711(encodeG711(bytesOf(SAMPLES), law), law));
    const levels = [...new Set(samplesOf(decodeG711(CODES, law)))].toSorted((a, b) => a - b);
    // A prime step meets all of them in all segments.
    for (let at = 0; at < SAMPLES.length; at += 31) {
      const sample = SAMPLES[at] as number;
      const nearest = Math.min(...levels.map((level) => Math.abs(level - sample)));
      // At the border of two segments the decision value stands in the middle of the finer step.
      const slack = 8 + Math.abs(sample) / 64;
      if (Math.abs((heard[at] as number) - sample) > nearest + slack) throw new Error(`${sample} became ${heard[at]}`);
    }
    expect(heard).toHaveLength(SAMPLES.length);
  });

  it.each(LAWS.flatMap((law) => [8000, 16_000, 24_000].map((rate) => [law, rate] as const)))(
    '%s: a 1 kHz tone keeps more than 30 dB over the line from %i Hz and back, loud and quiet',
    (law, rate) => {
      // -3 to -33 dB of full scale; G.711 keeps 33 dB and more over the range of speech (ITU-T G.712).
      for (const amplitude of [23_000, 8000, 2300, 730]) {
        const heard = overTheLine(tone(1000, rate, amplitude), rate, law, frames(rate));
        expect(snr(heard, 1000, rate)).toBeGreaterThan(30);
      }
    },
  );

  it.each([16_000, 24_000, 48_000])('nothing that a telephone does not carry folds back, from %i Hz', (rate) => {
    const loud = 20_000;
    // Closely where the filter falls, then up to what the rate can hold.
    for (let frequency = 4000; frequency < rate / 2; frequency += frequency < 4600 ? 40 : 460) {
      const resampler = new Resampler(rate, G711_SAMPLE_RATE);
      const heard = samplesOf(resampler.push(tone(frequency, rate, loud, 0.15)));
      const level = 20 * Math.log10(levelOf(heard.subarray(400)) / loud + 1e-9);
      if (level > -55) throw new Error(`${frequency} Hz came through at ${level.toFixed(1)} dB`);
    }
  });

  it.each([16_000, 24_000, 48_000])('all that a telephone carries passes, from %i Hz', (rate) => {
    const loud = 20_000;
    for (const frequency of [300, 1000, 2000, 3000, 3300, 3400]) {
      const resampler = new Resampler(rate, G711_SAMPLE_RATE);
      const heard = samplesOf(resampler.push(tone(frequency, rate, loud)));
      expect(Math.abs(20 * Math.log10(levelOf(heard.subarray(800)) / loud))).toBeLessThan(0.2);
    }
  });

  it('sounds the same however the audio was cut', () => {
    const rate = 16_000;
    const noise = Int16Array.from({ length: 3000 }, (_, at) => Math.round(9000 * Math.sin(at * at * 0.0007)));
    const whole = overTheLine(bytesOf(noise), rate, 'mulaw', () => noise.length);
    assert(
      property(array(integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), (cuts) => {
        const heard = overTheLine(bytesOf(noise), rate, 'mulaw', (turn) => cuts[turn % cuts.length] as number);
        return Buffer.from(bytesOf(heard)).equals(bytesOf(whole));
      }),
      { numRuns: 60 },
    );
  });
});
