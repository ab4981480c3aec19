import fc from 'fast-check';
import { Concealment } from './concealment.js';
import { FRAME_SAMPLES, JitterBuffer } from './jitter-buffer.js';

const HZ = 200;
/** A voice, as far as pitch goes. */
const wave = (from: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, at) => Math.round(8000 * Math.sin((2 * Math.PI * HZ * (from + at)) / 8000)));
/** Samples that say themselves where they belong. */
const ramp = (from: number, length: number): Int16Array => Int16Array.from({ length }, (_, at) => from + at);
const pulled = (buffer: JitterBuffer, frames: number): number[] =>
  Array.from({ length: frames }, () => [...buffer.pull()]).flat();
const power = (samples: ArrayLike<number>): number =>
  Array.from(samples).reduce((sum, each) => sum + each * each, 0) / samples.length;

describe('the jitter buffer', () => {
  it('plays packets in order, whatever order they came in, and each once', () => {
    const packets = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, at) => at),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(packets, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (order, start) => {
        const buffer = new JitterBuffer({ minMs: 40, maxMs: 200, patience: 1000 });
        const push = (at: number): void => buffer.push((start + at * 160) % 2 ** 32, ramp(1 + at * 160, 160));
        push(0);
        for (const at of order) push(at);
        for (const at of order) push(at);
        const heard = pulled(buffer, 14).filter((sample) => sample !== 0);
        expect(heard).toEqual([...ramp(1, 12 * 160)]);
        expect(buffer.counts.late).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on over the wrap of the time stamps, with packets of 10 and of 30 ms', () => {
    for (const length of [80, 240]) {
      const buffer = new JitterBuffer();
      const start = 2 ** 32 - 400;
      for (let at = 0; at < 10; at += 1) buffer.push((start + at * length) % 2 ** 32, ramp(1 + at * length, length));
      const heard = pulled(buffer, 2 + Math.ceil((10 * length) / FRAME_SAMPLES)).slice(2 * FRAME_SAMPLES);
      expect(heard.slice(0, 10 * length)).toEqual([...ramp(1, 10 * length)]);
    }
  });

  it('keeps time over a loss, and fills it with the voice that was there', () => {
    const buffer = new JitterBuffer();
    for (let at = 0; at < 20; at += 1) if (at !== 8) buffer.push(at * 160, wave(at * 160, 160));
    const heard = pulled(buffer, 22).slice(2 * FRAME_SAMPLES);
    const lost = heard.slice(8 * 160, 9 * 160);
    const real = wave(8 * 160, 160);
    const difference = lost.map((sample, at) => sample - (real[at] as number));
    // 200 Hz go on in phase, a little softer: far from silence, whose difference is the signal itself.
    expect(power(difference)).toBeLessThan(0.1 * power(real));
    expect(heard.slice(10 * 160, 20 * 160)).toEqual([...wave(10 * 160, 10 * 160)]);
    expect(buffer.counts).toMatchObject({ received: 19, late: 0, concealed: 160 });
  });

  it('falls silent where nothing comes for long, and takes up what comes later at its own time', () => {
    const buffer = new JitterBuffer();
    for (let at = 0; at < 5; at += 1) buffer.push(at * 160, wave(at * 160, 160));
    pulled(buffer, 7);
    const gap = pulled(buffer, 10);
    expect(power(gap.slice(0, 80))).toBeGreaterThan(1e6);
    expect(power(gap.slice(4 * 160))).toBe(0);
    buffer.push(15 * 160, ramp(1, 160));
    expect(pulled(buffer, 1).slice(40)).toEqual([...ramp(41, 120)]);
  });

  it('holds more back after a late packet, and less again when none is late', () => {
    const buffer = new JitterBuffer({ minMs: 40, maxMs: 100, patience: 20 });
    buffer.push(0, wave(0, 160));
    pulled(buffer, 4);
    buffer.push(0, wave(0, 160));
    expect(buffer.counts.late).toBe(1);
    // The clock stands for a frame, and what comes next is in time.
    buffer.pull();
    for (let at = 2; at < 12; at += 1) buffer.push(at * 160, wave(at * 160, 160));
    const before = buffer.heldMs;
    for (let at = 12; at < 200; at += 1) {
      buffer.push(at * 160, wave(at * 160, 160));
      buffer.pull();
    }
    expect(before).toBeGreaterThan(150);
    expect(buffer.heldMs).toBeLessThan(100);
  });

  it('follows a sender that begins anew', () => {
    const buffer = new JitterBuffer();
    for (let at = 0; at < 5; at += 1) buffer.push(at * 160, wave(at * 160, 160));
    pulled(buffer, 10);
    // A jump far ahead, and one that looks late: a few packets are believed.
    buffer.push(9_000_000, ramp(1, 160));
    expect(pulled(buffer, 3).slice(2 * 160 + 40)).toEqual([...ramp(41, 120)]);
    pulled(buffer, 5);
    for (let at = 0; at < 8; at += 1) buffer.push(9_000_000 - 4000 + at * 160, ramp(1 + at * 160, 160));
    expect(pulled(buffer, 4).slice(3 * 160)).toContain(900);
  });

  it('gives all of what came at once after a pause of the process', () => {
    const buffer = new JitterBuffer();
    for (let at = 0; at < 5; at += 1) buffer.push(at * 160, ramp(1 + at * 160, 160));
    pulled(buffer, 3);
    for (let at = 5; at < 80; at += 1) buffer.push(at * 160, ramp(1 + at * 160, 160));
    expect(pulled(buffer, 79)).toEqual([...ramp(161, 79 * 160)]);
    expect(buffer.counts).toMatchObject({ late: 0, concealed: 0 });
  });

  it('never throws and never stops, whatever the time stamps say', () => {
    const packet = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 17_000 }));
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const buffer = new JitterBuffer();
        for (const [at, length] of packets) {
          buffer.push(at, wave(0, length));
          expect(buffer.pull()).toHaveLength(FRAME_SAMPLES);
        }
        expect(buffer.heldMs).toBeLessThanOrEqual(2100);
      }),
      { numRuns: 100 },
    );
  });
});

describe('concealment', () => {
  it('has nothing to say before anything was heard, and nothing after 60 ms', () => {
    expect(power(new Concealment(8000).fill(160))).toBe(0);
    const concealment = new Concealment(8000);
    concealment.join(wave(0, 800));
    expect(power(concealment.fill(80))).toBeGreaterThan(0.5 * power(wave(0, 800)));
    concealment.fill(400);
    expect(power(concealment.fill(160))).toBe(0);
  });

  it('goes over into what comes without a step', () => {
    const concealment = new Concealment(8000);
    concealment.join(wave(0, 800));
    const made = concealment.fill(160);
    const back = concealment.join(wave(960, 160));
    const all = [...made, ...back];
    const steps = all.slice(1).map((sample, at) => Math.abs(sample - (all[at] as number)));
    // The steepest step of the wave itself is 8000 * 2 pi * 200 / 8000, some 1260.
    expect(Math.max(...steps)).toBeLessThan(2000);
  });
});
