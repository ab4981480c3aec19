import { describeWith } from '../support/needs.js';
import { samplesOf } from '../../src/audio/pcm16.js';
import { NoiseBed } from './noise-bed.js';
import { noiseFor, NOISES } from './noises.js';
import { wordErrors } from './word-errors.js';

const rms = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
/** How much of one frequency there is, by Goertzel's filter; the same unit as the samples. */
function partial(samples: Int16Array, hz: number): number {
  const step = (2 * Math.PI * hz) / 16_000;
  let [re, im] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    re += sample * Math.cos(step * n);
    im += sample * Math.sin(step * n);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

describeWith(['sox'])('a noise', () => {
  it.each(NOISES)('is a minute of sound without a pause: %s', async (kind) => {
    const noise = await noiseFor(kind, 'slt');
    expect(noise).toHaveLength(60 * 16_000);
    for (let second = 0; second < 60; second += 1) {
      expect(rms(noise.subarray(second * 16_000, (second + 1) * 16_000))).toBeGreaterThan(rms(noise) / 4);
    }
  });

  it.each(['pink', 'hum'] as const)('is the same in every run: %s', async (kind) => {
    const [one, other] = [await noiseFor(kind, 'slt'), await noiseFor(kind, 'slt')];
    expect(one.every((sample, n) => sample === other[n])).toBe(true);
  });

  it('of the mains has its tone, and what is over it', async () => {
    const second = (await noiseFor('hum', 'slt')).subarray(0, 16_000);
    expect(partial(second, 50)).toBeGreaterThan(2500);
    expect(partial(second, 150)).toBeGreaterThan(800);
    expect(partial(second, 75)).toBeLessThan(100);
  });

  it('is as far below the voice as is asked for', async () => {
    const voice = Int16Array.from({ length: 16_000 }, (_, n) => 8000 * Math.sin(n / 7));
    const audible = voice.filter((sample) => Math.abs(sample) > 300);
    const bed = new NoiseBed(15, await noiseFor('hum', 'slt'));
    bed.under(new Uint8Array(voice.buffer));
    const below = 20 * Math.log10(rms(audible) / rms(samplesOf(bed.alone(2 * 60 * 16_000))));
    expect(Math.abs(below - 15)).toBeLessThan(0.5);
  });
});

describe('word errors', () => {
  it.each([
    ['send it now', 'send it now', 0],
    ['send it now', 'send now', 1],
    ['send it now', 'send it to now', 1],
    ['send it now', 'and it now', 1],
    ['send it now', '', 3],
    ['no', 'oh no no', 2],
  ])('between %j and %j are %i', (spoken, heard, errors) => {
    expect(wordErrors(spoken.split(' '), heard === '' ? [] : heard.split(' '))).toBe(errors);
  });
});
