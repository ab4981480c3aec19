// Keys of a telephone as sound (ITU-T Q.23, Q.24).

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
const KEYS = ['123A', '456B', '789C', '*0#D'];
/** ms each; Q.24 asks for 40. */
const TONE_MS = 100;
const GAP_MS = 100;
/** Each of the two, of full scale: about -10 dBFS together. */
const AMPLITUDE = 0.16;

/** Whether they can be pressed: `0` to `9`, `*`, `#`, A to D. */
export const areKeys = (keys: string): boolean => /^[\d*#A-D]+$/.test(keys);

/** The tones of keys, one after another, with a pause before each. PCM16 at `sampleRate` Hz. Throws a RangeError for what is no key. */
export function keyTones(keys: string, sampleRate: number): Uint8Array {
  if (!areKeys(keys)) throw new RangeError('keys are 0 to 9, *, #, A to D');
  const [tone, gap] = [TONE_MS, GAP_MS].map((ms) => Math.round((ms * sampleRate) / 1000)) as [number, number];
  const samples = new Int16Array(keys.length * (tone + gap));
  keys.split('').forEach((key, n) => {
    const row = KEYS.findIndex((line) => line.includes(key));
    const column = KEYS[row]?.indexOf(key) ?? 0;
    const start = n * (tone + gap) + gap;
    for (let at = 0; at < tone; at += 1) {
      const wave = (hz = 0): number => Math.sin((2 * Math.PI * hz * at) / sampleRate);
      samples[start + at] = Math.round(AMPLITUDE * 0x7fff * (wave(ROWS[row]) + wave(COLUMNS[column])));
    }
  });
  return new Uint8Array(samples.buffer);
}
