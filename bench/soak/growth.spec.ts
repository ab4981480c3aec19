import { grows, growthOf } from './growth.js';

const MB = 1_048_576;
const minutes = Array.from({ length: 30 }, (_, index) => index);
/** The same in each run. */
const noise = (index: number): number => Math.sin(index * 12.9898) * 2 * MB;

describe('memory over time', () => {
  it.each([
    ['that stands still', () => 80 * MB, false],
    ['that is noisy', (at: number) => 80 * MB + noise(at), false],
    ['that falls', (at: number) => 80 * MB - at * MB, false],
    ['that grows by less than matters', (at: number) => 80 * MB + at * 0.05 * MB, false],
    ['that grows in its noise', (at: number) => 80 * MB + noise(at) + at * 0.5 * MB, true],
    ['that grows steadily', (at: number) => 80 * MB + at * 0.3 * MB, true],
  ])('%s', (_what, value, expected) => {
    expect(grows(growthOf(minutes, minutes.map(value)), 4 * MB, 0.05)).toBe(expected);
  });

  it('has a line with its rise and the distance from it', () => {
    expect(growthOf([0, 1, 2], [1, 2, 3])).toEqual({ mean: 2, growth: 2, noise: 0 });
  });
});
