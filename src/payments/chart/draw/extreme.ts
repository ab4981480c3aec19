import type { ChartPoint } from './chart.js';

/** Where the largest amount is, of those that have the sign of the sum. */
export function extreme(points: readonly ChartPoint[]): number {
  const sign = points.reduce((sum, { total }) => sum + total, 0) < 0 ? -1 : 1;
  return points.reduce((best, { total }, at) => (sign * total > sign * (points[best]?.total ?? 0) ? at : best), 0);
}
