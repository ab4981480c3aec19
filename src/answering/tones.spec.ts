import { Flite } from '../flite/flite.js';
import { BeepDetector } from './beep.js';
import { areKeys, keyTones } from './dtmf.js';

type Wave = (seconds: number) => number;

const sine =
  (hz: number, level = 0.3): Wave =>
  (seconds) =>
    level * Math.sin(2 * Math.PI * hz * seconds);
const both =
  (...waves: Wave[]): Wave =>
  (seconds) =>
    waves.reduce((sum, wave) => sum + wave(seconds), 0);

function pcm(wave: Wave, ms: number, rate: number): Uint8Array {
  const samples = Int16Array.from({ length: (rate * ms) / 1000 }, (_, at) => Math.round(0x7fff * wave(at / rate)));
  return new Uint8Array(samples.buffer);
}

/** Whether a beep is heard when it comes in frames of 20 ms, as lines bring it. */
function beeps(audio: Uint8Array, rate: number): boolean {
  const detector = new BeepDetector(rate);
  const frame = (rate / 50) * 2;
  let heard = false;
  for (let at = 0; at < audio.length; at += frame) heard = detector.push(audio.subarray(at, at + frame)) || heard;
  return heard;
}

describe.each([8000, 16_000])('the beep of an answering machine at %i Hz', (rate) => {
  it.each([425, 440, 600, 850, 1000, 1400, 2000])('is a tone of %i Hz, loud or soft', (hz) => {
    expect(beeps(pcm(sine(hz), 300, rate), rate)).toBe(true);
    expect(beeps(pcm(sine(hz, 0.02), 300, rate), rate)).toBe(true);
  });

  it('is heard over a noise, and lasts longer than a click', () => {
    let seed = 1;
    const noise: Wave = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return 0.05 * (seed / 1_073_741_824 - 1);
    };
    expect(beeps(pcm(both(sine(1000), noise), 400, rate), rate)).toBe(true);
    expect(beeps(pcm(noise, 3000, rate), rate)).toBe(false);
    expect(beeps(pcm(sine(1000), 100, rate), rate)).toBe(false);
    expect(beeps(new Uint8Array(rate * 4), rate)).toBe(false);
  });

  it.each([
    ['ringing', sine(440, 0.15), sine(480, 0.15)],
    ['a dial tone', sine(350, 0.15), sine(440, 0.15)],
    ['a key', sine(770, 0.15), sine(1336, 0.15)],
  ])('is not %s', (_name, one, other) => {
    expect(beeps(pcm(both(one, other), 1000, rate), rate)).toBe(false);
  });
});

it('is not speech, of nobody', async () => {
  const flite = new Flite();
  for (const voice of ['slt', 'rms', 'awb', 'kal16'] as const) {
    const text = 'Hello? Who is this? Oh, you! Aaah, hooray, we owe you a million, see you soon.';
    const { pcm: spoken, sampleRate } = await flite.speak({ text, voice });
    expect(beeps(spoken, sampleRate)).toBe(false);
  }
  await flite.close();
});

describe('keys as sound', () => {
  const RATE = 8000;

  /** |X|^2 of a frequency in it. */
  const powerAt = (audio: Int16Array, hz: number): number => {
    let [real, imaginary] = [0, 0];
    audio.forEach((sample, at) => {
      real += sample * Math.cos((2 * Math.PI * hz * at) / RATE);
      imaginary += sample * Math.sin((2 * Math.PI * hz * at) / RATE);
    });
    return real ** 2 + imaginary ** 2;
  };

  it.each([
    ['1', 697, 1209],
    ['5', 770, 1336],
    ['0', 941, 1336],
    ['#', 941, 1477],
    ['D', 941, 1633],
  ])('%s is its two tones, after a pause', (key, low, high) => {
    const bytes = keyTones(key, RATE);
    const samples = new Int16Array(bytes.buffer);
    expect(samples).toHaveLength(1600);
    expect(samples.subarray(0, 800).every((sample) => sample === 0)).toBe(true);
    const toned = samples.subarray(800);
    const all = [697, 770, 852, 941, 1209, 1336, 1477, 1633].sort((a, b) => powerAt(toned, b) - powerAt(toned, a));
    expect(all.slice(0, 2).sort((a, b) => a - b)).toEqual([low, high]);
    expect(powerAt(toned, all[2] ?? 0)).toBeLessThan(powerAt(toned, low) / 50);
  });

  it('are those that a telephone has', () => {
    expect(keyTones('12', 16_000)).toHaveLength(2 * 3200 * 2);
    expect(['', 'e', '1 2', 'W'].some(areKeys)).toBe(false);
    expect(() => keyTones('x', RATE)).toThrow(RangeError);
  });
});
