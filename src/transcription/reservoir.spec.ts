import { Reservoir } from './reservoir.js';

const PARTS = [0, 0.5, 0.95, 1];

describe('Reservoir', () => {
  it('knows nothing at first', () => {
    expect(new Reservoir(4).quantiles(PARTS)).toEqual([null, null, null, null]);
  });

  it('is exact as long as everything fits', () => {
    const reservoir = new Reservoir(100);
    for (let n = 100; n > 0; n -= 1) reservoir.add(n);
    expect(reservoir.quantiles(PARTS)).toEqual([1, 50, 95, 100]);
    expect(reservoir.count).toBe(100);
  });

  it('keeps a fair sample of more: early and late values alike', () => {
    // A generator of its own (mulberry32), so that the test is the same every time.
    let state = 7;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const reservoir = new Reservoir(500, random);
    for (let n = 0; n < 50_000; n += 1) reservoir.add(n);
    const [p25 = 0, p50 = 0, p75 = 0] = reservoir.quantiles([0.25, 0.5, 0.75]);
    expect(Math.abs((p25 ?? 0) - 12_500)).toBeLessThan(3000);
    expect(Math.abs((p50 ?? 0) - 25_000)).toBeLessThan(3000);
    expect(Math.abs((p75 ?? 0) - 37_500)).toBeLessThan(3000);
    expect(reservoir.count).toBe(50_000);
  });
});
