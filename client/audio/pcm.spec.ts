import { bytesOf, endOfSound, rms, samplesOf, toFloat32, toInt16 } from './pcm.js';

it('reads little-endian samples from any place in memory, and drops half a sample', () => {
  const memory = Uint8Array.from([0xff, 0x01, 0x00, 0x00, 0x80, 0x07]);
  expect([...samplesOf(memory.subarray(1))]).toEqual([1, -32_768]);
  expect([...samplesOf(memory.subarray(0, 4))]).toEqual([511, 0]);
});

it('writes what it reads', () => {
  const samples = Int16Array.from([1, -1, 32_767, -32_768]);
  expect([...bytesOf(samples)]).toEqual([1, 0, 255, 255, 255, 127, 0, 128]);
  expect(samplesOf(bytesOf(samples))).toEqual(samples);
});

it('clips what is louder than full scale', () => {
  expect([...toInt16(Float32Array.from([0, 1, -1, 2, -2, 0.5]))]).toEqual([
    0, 32_767, -32_767, 32_767, -32_767, 16_384,
  ]);
  expect([...toFloat32(Int16Array.from([0, 16_384, -32_768]))]).toEqual([0, 0.5, -1]);
});

it('measures loudness and finds the end of sound', () => {
  expect(rms(new Int16Array(0))).toBe(0);
  expect(rms(Int16Array.from([300, -300]))).toBe(300);
  expect(endOfSound(Int16Array.from([0, 600, 400, -700, 400, 0]))).toBe(4);
  expect(endOfSound(new Int16Array(5))).toBe(0);
});
