// Whether something grows: a line through its samples, and how far the samples lie from it.

export interface Growth {
  /** Mean of the samples. */
  readonly mean: number;
  /** By how much the line rises from the first sample to the last. */
  readonly growth: number;
  /** Standard deviation of the samples from the line. */
  readonly noise: number;
}

/** Least squares. `at` and `values` have the same length, two at least. */
export function growthOf(at: readonly number[], values: readonly number[]): Growth {
  const count = values.length;
  const meanAt = at.reduce((sum, x) => sum + x, 0) / count;
  const mean = values.reduce((sum, y) => sum + y, 0) / count;
  let over = 0;
  let under = 0;
  for (const [index, x] of at.entries()) {
    over += (x - meanAt) * ((values[index] ?? mean) - mean);
    under += (x - meanAt) ** 2;
  }
  const slope = under === 0 ? 0 : over / under;
  const off = at.map((x, index) => (values[index] ?? mean) - (mean + slope * (x - meanAt)));
  return {
    mean,
    growth: slope * ((at.at(-1) ?? 0) - (at[0] ?? 0)),
    noise: Math.sqrt(off.reduce((sum, each) => sum + each ** 2, 0) / count),
  };
}

/** Growth that is more than noise: beyond three deviations, and beyond what does not matter. */
export const grows = ({ growth, noise, mean }: Growth, leastBytes: number, leastShare: number): boolean =>
  growth > Math.max(3 * noise, leastBytes, leastShare * mean);
