import { bytesOf, levelDbfs, samplesOf } from '../../audio/pcm16.js';
import { synthesise } from '../../../test/speech/hear.js';
import { describeWith } from '../../../test/support/needs.js';
import { NoiseBed } from '../../../test/speech/noise-bed.js';
import { NoiseSuppressor, SUPPRESSOR_DELAY_MS } from './noise-suppressor.js';

describeWith(['sox'])('the noise suppressor', () => {
  /** All of it at once, or in pieces of these bytes. */
  const through = (rate: number, audio: Uint8Array, pieces: readonly number[] = [audio.length]): Int16Array => {
    const suppressor = new NoiseSuppressor(rate);
    const out: Uint8Array[] = [];
    for (let at = 0, n = 0; at < audio.length; n += 1) {
      const bytes = pieces[n % pieces.length] ?? 2;
      const chunk = audio.subarray(at, at + bytes);
      const made = suppressor.push(chunk);
      expect(made.length).toBe(chunk.length);
      out.push(made);
      at += bytes;
    }
    suppressor.close();
    return samplesOf(Buffer.concat(out));
  };

  it.each([8000, 16_000, 24_000, 44_100, 48_000])(
    'gives as much as it is given at %i Hz, however it is cut',
    (rate) => {
      const samples = Int16Array.from({ length: rate }, (_, n) => 4000 * Math.sin((2 * Math.PI * 440 * n) / rate));
      const audio = bytesOf(samples);
      const whole = through(rate, audio);
      expect(through(rate, audio, [2, 640, 34, 1280])).toEqual(whole);
    },
  );

  it('keeps a voice and takes the noise beside it out', async () => {
    const speech = await synthesise('What transactions does client five thousand and one have?');
    const noise = new NoiseBed(10);
    const noisy = Buffer.concat([noise.under(speech), noise.alone(2 * 32_000)]);
    const clean = through(16_000, noisy);
    const [voice, rest] = [speech.length >> 1, 16_000];
    const level = (samples: Int16Array, from: number, to: number) => levelDbfs(bytesOf(samples.slice(from, to)));
    const before = samplesOf(noisy);
    // The second after the words: noise alone.
    expect(level(clean, voice + rest, voice + 2 * rest)).toBeLessThan(
      level(before, voice + rest, voice + 2 * rest) - 15,
    );
    expect(Math.abs(level(clean, 0, voice) - level(before, 0, voice))).toBeLessThan(3);
  });

  it('is late by what it says', () => {
    const rate = 16_000;
    // A vowel's worth of harmonics that begins after half a second.
    const vowel = (n: number) =>
      [1, 2, 3, 4, 5].reduce((sum, k) => sum + Math.sin((2 * Math.PI * 150 * k * n) / rate) / k, 0);
    const audio = Int16Array.from({ length: 2 * rate }, (_, n) => (n < rate / 2 ? 0 : 5000 * vowel(n)));
    const clean = through(rate, bytesOf(audio));
    const begins = clean.findIndex((sample) => Math.abs(sample) > 500);
    const late = ((begins - rate / 2) * 1000) / rate;
    expect(late).toBeGreaterThan(SUPPRESSOR_DELAY_MS - 5);
    expect(late).toBeLessThan(SUPPRESSOR_DELAY_MS + 40);
  });

  it('serves many calls at once, each with its own past, and gives back what they held', () => {
    const suppressors = Array.from({ length: 60 }, () => new NoiseSuppressor(8000));
    const chunk = bytesOf(Int16Array.from({ length: 160 }, (_, n) => 3000 * Math.sin(n / 3)));
    const outs = Array.from({ length: 20 }, () => suppressors.map((one) => Buffer.from(one.push(chunk))));
    for (const round of outs) for (const out of round) expect(out.equals(round[0] as Buffer)).toBe(true);
    for (const one of suppressors) one.close();
    for (const one of suppressors) one.close();
    expect(suppressors[0]?.push(chunk)).toHaveLength(320);
  });
});
