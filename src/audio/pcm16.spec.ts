import { SILENCE_DBFS, bytesOf, fade, levelDbfs, samplesOf } from './pcm16.js';

const sine = (amplitude: number): Uint8Array =>
  bytesOf(Int16Array.from({ length: 1600 }, (_, at) => Math.round(amplitude * Math.sin((2 * Math.PI * at) / 16))));

describe('PCM16', () => {
  it('measures levels: a full-scale sine has -3 dBFS, a tenth of it 20 dB less', () => {
    expect(levelDbfs(sine(32_767))).toBeCloseTo(-3.01, 1);
    expect(levelDbfs(sine(3276.7))).toBeCloseTo(-23.01, 1);
  });

  it('measures silence as silence, not as minus infinity', () => {
    expect(levelDbfs(new Uint8Array(640))).toBe(SILENCE_DBFS);
    expect(levelDbfs(new Uint8Array(0))).toBe(SILENCE_DBFS);
  });

  it('fades in place, monotonously, to the gain asked for', () => {
    const pcm = bytesOf(new Int16Array(160).fill(10_000));
    fade(pcm, 1, 0);
    const samples = [...samplesOf(pcm)];
    expect(samples[0]).toBeGreaterThan(9990);
    expect(samples.at(-1)).toBe(0);
    expect(samples.every((sample, at) => at === 0 || sample <= (samples[at - 1] ?? 0))).toBe(true);
  });

  it('reads a socket’s frame wherever it lies in memory', () => {
    const pool = Buffer.alloc(9);
    const frame = pool.subarray(3, 7);
    frame.writeInt16LE(-2, 0);
    frame.writeInt16LE(300, 2);
    expect([...samplesOf(frame)]).toEqual([-2, 300]);
  });

  it('shares memory where it can, and leaves out an odd last byte', () => {
    const bytes = new Uint8Array([1, 0, 2, 0, 3]);
    const samples = samplesOf(bytes);
    expect([...samples]).toEqual([1, 2]);
    bytes[0] = 9;
    expect(samples[0]).toBe(9);
    expect([...samplesOf(new Uint8Array([7, 1, 0, 2, 0]).subarray(1))]).toEqual([1, 2]);
  });
});
