import { LoadWatch } from './load-watch.js';

const FRAME_MS = 32;

/** Rounds of `millis(calls)` each, until nothing is given up in 200 of them; returns what is left of the calls. */
function settle(calls: number, millis: (calls: number) => number): number {
  const watch = new LoadWatch(FRAME_MS);
  let left = calls;
  for (let calm = 0; calm < 200; calm += 1) {
    const tooMany = watch.round(millis(left), left);
    left -= tooMany;
    if (tooMany > 0) calm = 0;
  }
  return left;
}

describe('LoadWatch', () => {
  it('keeps all calls that can be decided in time', () => {
    expect(settle(800, (calls) => calls * 0.039)).toBe(800);
  });

  it.each([1.1, 1.5, 4])(
    'keeps as many as can be when there are %s times too many, and works off the rest',
    (factor) => {
      const perCall = (FRAME_MS / 800) * factor;
      const left = settle(800, (calls) => calls * perCall);
      expect(left * perCall).toBeLessThanOrEqual(FRAME_MS);
      expect(left * perCall).toBeGreaterThan(FRAME_MS * 0.45);
    },
  );

  it('forgives a halt, however long, but not one after another', () => {
    const watch = new LoadWatch(FRAME_MS);
    for (let time = 0; time < 10; time += 1) {
      expect(watch.round(5000, 100)).toBe(0);
      for (let calm = 0; calm < 3; calm += 1) expect(watch.round(10, 100)).toBe(0);
    }
    const given = [1, 2, 3, 4].map(() => watch.round(500, 100));
    expect(given).toEqual([0, 0, 0, 50]);
  });

  it('gives up the only call of a machine that cannot decide on one', () => {
    expect(settle(1, () => 40)).toBe(0);
  });
});
