// From groups of transactions to the points of a chart: without gaps, and no more than can be seen.
import type { Period } from '../data/business-data.port.js';
import type { ChartBy, ChartKind, ChartPoint } from './draw/chart.js';

/** Bars thinner than two pixels cannot be told apart. */
const MOST_BARS = 400;
/** About eleven years of days: more than there are pixels in the width of a line. */
const MOST_DAYS = 4000;
const MOST_NAMES = 20;
export const MOST_ROWS = 60;

/** Points, and what was done to them that a reader has to know. */
export interface Points {
  readonly points: readonly ChartPoint[];
  readonly notes: readonly string[];
}

/** Sums of amounts of two decimals, without the dust of binary fractions. */
const exact = (amount: number): number => Math.round(amount * 100) / 100 + 0;

/** Of days or months, oldest first; of `balance` the days are summed up. `periods` are those that were asked for. */
export function pointsOverTime(
  groups: readonly ChartPoint[],
  by: 'day' | 'month' | 'balance',
  kind: ChartKind,
  periods: readonly Period[],
): Points {
  const sorted = groups.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (kind === 'table')
    return rows(by === 'balance' ? summedUp(sorted) : by === 'day' ? sorted : filled(sorted, periods));
  const most = kind === 'bar' ? MOST_BARS : MOST_DAYS;
  const all = filled(sorted, periods);
  if (all.length <= most) return { points: by === 'balance' ? summedUp(all) : all, notes: [] };
  if (by === 'month') return { points: all.slice(-most), notes: [`Only the latest ${most} months have room here.`] };
  const months = filled(byMonth(sorted), periods).slice(-most);
  const notes = [
    `That is more days than can be drawn side by side, so each ${by === 'day' && kind === 'bar' ? 'bar' : 'point'} is a month.`,
  ];
  return { points: by === 'balance' ? summedUp(months) : months, notes };
}

/** Of names, the largest first; what has no room is one point. `all` is the sum of all that there are, `names` how many. */
export function pointsByName(
  groups: readonly ChartPoint[],
  kind: ChartKind,
  all: { readonly names: number; readonly total: number; readonly count: number },
): Points {
  const sign = all.total < 0 ? -1 : 1;
  const sorted = groups.toSorted((a, b) => sign * (b.total - a.total));
  const most = kind === 'table' ? MOST_ROWS : kind === 'pie' ? sorted.length : MOST_NAMES;
  if (all.names <= most) return { points: sorted, notes: [] };
  const own = sorted.slice(0, Math.min(most - 1, sorted.length));
  const stands = all.names - own.length;
  if (stands === 0) return { points: own, notes: [] };
  const sum = (of: (point: ChartPoint) => number): number => own.reduce((total, point) => total + of(point), 0);
  const others = {
    key: `${stands.toLocaleString('en-US')} others`,
    total: exact(all.total - sum(({ total }) => total)),
    count: all.count - sum(({ count }) => count),
    stands,
  };
  return { points: [...own, others], notes: [] };
}

function rows(points: readonly ChartPoint[]): Points {
  if (points.length <= MOST_ROWS) return { points, notes: [] };
  return {
    points: points.slice(-MOST_ROWS),
    notes: [`These are the latest ${MOST_ROWS} of ${points.length.toLocaleString('en-US')}.`],
  };
}

function summedUp(points: readonly ChartPoint[]): ChartPoint[] {
  let sum = 0;
  return points.map((point) => {
    sum = exact(sum + point.total);
    return { ...point, total: sum };
  });
}

function byMonth(days: readonly ChartPoint[]): ChartPoint[] {
  const months = new Map<string, ChartPoint>();
  for (const { key, total, count } of days) {
    const month = key.slice(0, 7);
    const before = months.get(month);
    months.set(month, { key: month, total: exact((before?.total ?? 0) + total), count: (before?.count ?? 0) + count });
  }
  return [...months.values()];
}

/** With the days or months of the periods in which nothing happened. An end that is open, or out of all reach, is that of the groups. */
function filled(groups: readonly ChartPoint[], periods: readonly Period[]): ChartPoint[] {
  const [first, last] = [groups[0]?.key, groups.at(-1)?.key];
  if (first === undefined || last === undefined) return [...groups];
  const known = new Map(groups.map((group) => [group.key, group]));
  const keys = new Set(known.keys());
  for (const { from, to } of periods.length === 0 ? [{}] : periods) {
    const start = from?.slice(0, first.length) ?? first;
    const end = to?.slice(0, first.length) ?? last;
    const whole = range(start, end);
    for (const key of whole.length <= MOST_DAYS
      ? whole
      : range(start > first ? start : first, end < last ? end : last)) {
      keys.add(key);
    }
  }
  return [...keys].toSorted().map((key) => known.get(key) ?? { key, total: 0, count: 0 });
}

/** Days or months from the first to the last, at most one more than can be drawn. */
function range(first: string, last: string): string[] {
  const keys: string[] = [];
  const [year = 0, month = 1, day] = first.split('-').map(Number);
  for (let at = 0; at <= MOST_DAYS; at += 1) {
    const date = day === undefined ? Date.UTC(year, month - 1 + at) : Date.UTC(year, month - 1, day + at);
    const key = new Date(date).toISOString().slice(0, first.length);
    if (key > last) break;
    keys.push(key);
  }
  return keys;
}

export const isByName = (by: ChartBy): by is 'category' | 'merchant' => by === 'category' || by === 'merchant';
