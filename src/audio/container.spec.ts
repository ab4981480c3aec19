import * as fc from 'fast-check';
import { silence, tone } from '../../test/simulators/tone.js';
import { CONTAINER_HEAD_BYTES, containerOf } from './container.js';
import { bytesOf } from './pcm16.js';
import { areFloats } from './samples.js';

const RATE = 16_000;
const asFloats = (pcm: Buffer, gain = 1): Buffer => {
  const floats = Buffer.alloc(pcm.length * 2);
  for (let at = 0; at < pcm.length; at += 2) floats.writeFloatLE((gain * pcm.readInt16LE(at)) / 0x8000, at * 2);
  return floats;
};

/** What a microphone gives: noise of any level on top of any offset, and clicks. */
const microphone = fc
  .record({
    level: fc.integer({ min: 0, max: 15 }),
    offset: fc.integer({ min: -2000, max: 2000 }),
    noise: fc.array(fc.integer({ min: -0x8000, max: 0x7fff }), { minLength: 400, maxLength: 1600 }),
  })
  .map(({ level, offset, noise }) =>
    Buffer.from(
      bytesOf(Int16Array.from(noise, (value) => Math.max(-0x8000, Math.min(0x7fff, (value >> level) + offset)))),
    ),
  );

describe('raw samples', () => {
  it('are never taken for a container, nor for floats', () => {
    fc.assert(
      fc.property(microphone, (pcm) => {
        expect(containerOf(pcm.subarray(0, CONTAINER_HEAD_BYTES))).toBeUndefined();
        expect(areFloats(pcm)).not.toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['silence', silence(200, RATE)],
    ['a tone', tone(200, RATE)],
    ['full scale', Buffer.alloc(4000, 0xff)],
    ['a square wave', Buffer.alloc(4000, Buffer.from([0xff, 0x7f, 0x00, 0x80]))],
    ['what looks like a frame header of MP3', Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), tone(200, RATE)])],
  ])('%s', (_name, pcm) => {
    expect(containerOf(pcm)).toBeUndefined();
    expect(areFloats(pcm)).not.toBe(true);
  });
});

describe('floats', () => {
  it.each([1, 0.001])('at %d of the level are known', (gain) => {
    expect(areFloats(asFloats(tone(20, RATE), gain))).toBe(true);
  });

  it('are not known as long as there is nothing but silence', () => {
    expect(areFloats(asFloats(silence(100, RATE)))).toBeUndefined();
  });
});
