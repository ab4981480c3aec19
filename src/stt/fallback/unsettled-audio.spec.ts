import * as fc from 'fast-check';
import { UnsettledAudio } from './unsettled-audio.js';

/** Bytes a ms: 1 kHz, so that a test can count in small numbers. */
const BYTES_PER_MS = 2;
const LOUD = 0x20;

/** Samples whose low byte numbers them and whose high byte makes them loud or not. */
function sound(samples: number, high: number, from = 0): Uint8Array {
  const bytes = new Uint8Array(samples * 2);
  for (let i = 0; i < samples; i += 1) bytes.set([(from + i) % 256, high], i * 2);
  return bytes;
}

function contents(audio: UnsettledAudio): string {
  const all: Buffer[] = [];
  for (let at = audio.start; at < audio.end;) {
    const piece = audio.read(at, 37);
    expect(piece.length).toBeGreaterThan(0);
    all.push(Buffer.from(piece));
    at += piece.length;
  }
  return Buffer.concat(all).toString('hex');
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the audio that is not settled', () => {
  it('is what was pushed, from the settled position on', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 5000, 100);
    audio.push(sound(300, LOUD));
    audio.settle(201.4);
    expect(audio.start).toBe(202);
    expect(contents(audio)).toBe(hex(sound(300, LOUD).subarray(202)));
    audio.settle(100);
    expect(audio.start).toBe(202);
    audio.settle(1e9);
    expect([audio.start, audio.end]).toEqual([600, 600]);
    expect(audio.read(600, 10)).toHaveLength(0);
  });

  it('keeps a copy: the chunk may be used again', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 5000, 100);
    const chunk = sound(10, LOUD);
    audio.push(chunk);
    chunk.fill(0);
    expect(contents(audio)).toBe(hex(sound(10, LOUD)));
  });

  it('drops the oldest at the bound, and counts it', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 3000, 100);
    for (let ms = 0; ms < 3500; ms += 50) audio.push(sound(50, LOUD, ms));
    expect([audio.start, audio.end, audio.lostBytes]).toEqual([1000, 7000, 1000]);
    expect(contents(audio)).toBe(hex(sound(3000, LOUD, 500)));
    audio.settle(1000);
    expect(audio.lostBytes).toBe(0);
  });

  it('takes a chunk that is longer than the bound', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 3000, 100);
    audio.push(sound(10, LOUD));
    audio.push(sound(4001, LOUD, 10));
    expect(audio.end).toBe(8022);
    expect(contents(audio)).toBe(hex(sound(3000, LOUD, 1011)));
    expect(audio.lostBytes).toBe(2022);
  });

  it('keeps only a lead-in of silence, until there is a sound', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 3000, 100);
    for (let i = 0; i < 100; i += 1) audio.push(sound(50, 0));
    expect(audio.end - audio.start).toBe(200);
    expect(audio.heard).toBe(false);
    for (let i = 0; i < 10; i += 1) audio.push(sound(50, i === 0 ? LOUD : 0xff));
    expect(audio.end - audio.start).toBe(200 + 1000);
    expect(audio.heard).toBe(true);
    expect(audio.heardAfter(10_100)).toBe(false);
    expect(audio.heardAfter(10_099)).toBe(true);
    expect(audio.lostBytes).toBe(0);
  });

  it('keeps what a recogniser has noticed, however quiet, until it is settled', () => {
    const audio = new UnsettledAudio(BYTES_PER_MS, 3000, 100);
    audio.push(sound(100, 0));
    audio.noticed();
    for (let i = 0; i < 10; i += 1) audio.push(sound(100, 0));
    expect([audio.heard, audio.start]).toEqual([true, 0]);
    audio.settle(audio.end);
    for (let i = 0; i < 10; i += 1) audio.push(sound(100, 0));
    expect([audio.heard, audio.end - audio.start]).toEqual([false, 200]);
  });

  it('is quiet up to -42 dBFS, either side of zero', () => {
    const level = (value: number) => {
      const audio = new UnsettledAudio(BYTES_PER_MS, 1000, 100);
      audio.push(new Uint8Array(Int16Array.of(value, 0).buffer));
      return audio.heard;
    };
    expect([255, -256, 256, -257, 32_767, -32_768].map(level)).toEqual([false, false, true, true, true, true]);
  });

  it('is always the newest bytes of a plain list, whatever comes', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ samples: fc.nat(1200), high: fc.constantFrom(0, LOUD) }) },
      { weight: 1, arbitrary: fc.record({ settle: fc.nat(20_000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const audio = new UnsettledAudio(BYTES_PER_MS, 3000, 100);
        let all = Buffer.alloc(0);
        for (const what of steps) {
          if ('settle' in what) audio.settle(what.settle);
          else {
            const chunk = sound(what.samples, what.high, all.length / 2);
            audio.push(chunk);
            all = Buffer.concat([all, chunk]);
          }
          expect(audio.end).toBe(all.length);
          expect(audio.end - audio.start).toBeLessThanOrEqual(6000);
          expect(contents(audio)).toBe(hex(all.subarray(audio.start)));
        }
      }),
      { numRuns: 100 },
    );
  });
});
