// Fits a conditional logit by Newton's method: its likelihood has one maximum.
import type { Weights } from '../../src/documents/search/confidence.js';

/** One choice. Each question has the same numbers of features. */
export interface Choice {
  /** Features of each passage. */
  readonly passages: readonly (readonly number[])[];
  readonly none: readonly number[];
  /** Which passage is right; -1 where none is. */
  readonly right: number;
}

type Matrix = number[][];

const MAX_ROUNDS = 50;
const PRECISE = 1e-6;
/** Longest step of a weight: far from the maximum the curvature misleads. */
const MAX_STEP = 5;
/** How strongly weights are held small, in units of a feature's own spread; the constant, which is the first of none, is not. */
const RIDGE = 3;

/** The weights under which the choices are likeliest. */
export function fit(choices: readonly Choice[]): Weights {
  const width = choices[0]?.passages[0]?.length ?? 0;
  const rows = choices.map(rowsOf);
  const size = rows[0]?.[0]?.length ?? 0;
  const ridge = Array.from({ length: size }, (_, n) =>
    n === width ? 0 : RIDGE * spreadOf(choices.flatMap((one) => featureOf(one, n, width))) ** 2,
  );
  let weights = Array.from({ length: size }, () => 0);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const slope = weights.map((weight, n) => (ridge[n] ?? 0) * weight);
    const curve: Matrix = ridge.map((own, n) => ridge.map((_, m) => (n === m ? own + PRECISE : 0)));
    for (const [at, all] of rows.entries()) addTo(slope, curve, all, choices[at]?.right ?? -1, weights);
    const step = solved(curve, slope);
    const longest = Math.max(...step.map(Math.abs));
    const share = Math.min(1, MAX_STEP / longest);
    weights = weights.map((weight, n) => weight - share * (step[n] ?? 0));
    if (longest < PRECISE) break;
  }
  return { passage: weights.slice(0, width), none: weights.slice(width) };
}

/** All options with all features, those of the other kind 0; none is the last. */
function rowsOf({ passages, none }: Choice): Matrix {
  const zeros = (like: readonly number[] = []): number[] => like.map(() => 0);
  return [...passages.map((one) => [...one, ...zeros(none)]), [...zeros(passages[0]), ...none]];
}

const featureOf = ({ passages, none }: Choice, n: number, width: number): readonly number[] =>
  n < width ? passages.map((one) => one[n] ?? 0) : [none[n - width] ?? 0];

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Adds the slope and the curvature of one choice's loss. */
function addTo(slope: number[], curve: Matrix, rows: Matrix, right: number, weights: readonly number[]): void {
  const strengths = rows.map((row) => row.reduce((sum, feature, n) => sum + feature * (weights[n] ?? 0), 0));
  const most = Math.max(...strengths);
  const shares = strengths.map((strength) => Math.exp(strength - most));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const likely = shares.map((share) => share / whole);
  const mean = slope.map((_, n) => rows.reduce((sum, row, at) => sum + (likely[at] ?? 0) * (row[n] ?? 0), 0));
  const chosen = rows.at(right) ?? [];
  for (const n of slope.keys()) {
    slope[n] = (slope[n] ?? 0) + (mean[n] ?? 0) - (chosen[n] ?? 0);
    const line = curve[n] ?? [];
    for (const m of slope.keys()) {
      const both = rows.reduce((sum, row, at) => sum + (likely[at] ?? 0) * (row[n] ?? 0) * (row[m] ?? 0), 0);
      line[m] = (line[m] ?? 0) + both - (mean[n] ?? 0) * (mean[m] ?? 0);
    }
  }
}

/** Gaussian elimination of a symmetric positive definite matrix, which needs no pivots. */
function solved(matrix: Matrix, right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, n) => [...row, right[n] ?? 0]);
  for (const [n, row] of rows.entries()) {
    const pivot = row[n] ?? 1;
    rows[n] = row.map((value) => value / pivot);
    for (const [m, other] of rows.entries()) {
      const factor = other[n] ?? 0;
      if (m !== n) rows[m] = other.map((value, at) => value - factor * (rows[n]?.[at] ?? 0));
    }
  }
  return rows.map((row) => row.at(-1) ?? 0);
}
