import { confidences, strengthOf, type Evidence } from './confidence.js';

const evidence = (coverage: number, wording: number, passage?: number, asked = passage): Evidence => ({
  coverage,
  wording,
  isOpposed: false,
  ...(passage === undefined || asked === undefined ? {} : { meaning: { passage, asked } }),
});
const NEAR = evidence(0.9, 0.5, 0.6, 0.8);
const FAR = evidence(0.1, 0.02, 0.2, 0.3);

describe('how sure the search is', () => {
  it('is a chance: with that of no answer, all together make 1', () => {
    const all = confidences([NEAR, FAR, FAR], 4);
    expect(all.every((one) => one >= 0 && one <= 1)).toBe(true);
    expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThan(1);
    expect(confidences([], 4)).toEqual([]);
  });

  it.each([
    ['more of the question is covered', evidence(0.5, 0.1, 0.4), evidence(0.9, 0.1, 0.4)],
    ['a line is worded alike', evidence(0.5, 0.1, 0.4), evidence(0.5, 0.3, 0.4)],
    ['its meaning is nearer', evidence(0.5, 0.1, 0.4), evidence(0.5, 0.1, 0.6)],
    ['a question of its document is nearer', evidence(0.5, 0.1, 0.4, 0.4), evidence(0.5, 0.1, 0.4, 0.6)],
    ['more is covered, by words alone', evidence(0.5, 0.1), evidence(0.9, 0.1)],
    ['a line is worded alike, by words alone', evidence(0.5, 0.1), evidence(0.5, 0.3)],
  ])('is more when %s', (_, less, more) => {
    expect(strengthOf(more)).toBeGreaterThan(strengthOf(less));
  });

  it('is less when another document is as near, or the passage is about the opposite', () => {
    const [alone = 0] = confidences([NEAR, FAR], 4);
    const [beside = 0] = confidences([NEAR, NEAR], 4);
    const [opposed = 0] = confidences([{ ...NEAR, isOpposed: true }, FAR], 4);
    expect(beside).toBeLessThan(alone);
    expect(opposed).toBeLessThan(alone);
  });

  it('is less for one word that fits than for many', () => {
    const sure = [1, 3, 8].map((length) => confidences([NEAR, FAR], length)[0] ?? 0);
    expect(sure).toEqual(sure.toSorted((a, b) => a - b));
  });

  it('stays a number for whatever a model of meaning gives', () => {
    expect(confidences([evidence(1, 1, 100), evidence(0, 0, -100)], 1000)[0]).toBeLessThanOrEqual(1);
  });
});
