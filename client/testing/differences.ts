/** Where two runs of samples part, in words; undefined when they are the same. A matcher would print all of them. */
export function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): string | undefined {
  const length = Math.max(actual.length, expected.length);
  for (let n = 0; n < length; n += 1) {
    if (actual[n] !== expected[n]) {
      return `sample ${n} of ${actual.length} is ${actual[n]}, not ${expected[n]} (of ${expected.length})`;
    }
  }
  return undefined;
}
