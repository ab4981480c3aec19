// Which picture fits what is asked for, and a word on why it is another one.
import type { Period } from '../data/business-data.port.js';
import { isOverTime, type ChartBy, type ChartKind } from './draw/chart.js';

/** Longest period that is shown day by day when nobody says how, days. */
const SHORT_DAYS = 31;

export interface ChosenKind {
  readonly kind: ChartKind;
  /** Why it is not what was wanted. */
  readonly note?: string;
}

/** What points stand for when the caller has not said it. */
export function byFor(kind: ChartKind | undefined, periods: readonly Period[]): ChartBy {
  if (kind === 'pie') return 'category';
  const isShort = ({ from, to }: Period): boolean =>
    from !== undefined && to !== undefined && (Date.parse(to) - Date.parse(from)) / 86_400_000 < SHORT_DAYS;
  return periods.length > 0 && periods.every(isShort) ? 'day' : 'month';
}

/** `totals` of what it would show. */
export function kindFor(wanted: ChartKind | undefined, by: ChartBy, totals: readonly number[]): ChosenKind {
  if (by === 'balance') return balanceKind(wanted);
  if (wanted === 'pie' && isOverTime(by)) {
    return { kind: 'bar', note: `A pie shows the parts of a whole, not how ${by}s follow each other, so I drew bars.` };
  }
  if (wanted === 'pie' && !totals.some((total) => total > 0)) {
    return { kind: 'bar', note: 'A pie has no room for refunds, and here is nothing else, so I drew bars.' };
  }
  if (wanted === 'line' && !isOverTime(by)) {
    const names = by === 'category' ? 'categories' : 'merchants';
    return {
      kind: 'bar',
      note: `A line shows how something goes on in time, and ${names} have no order, so I drew bars.`,
    };
  }
  return { kind: wanted ?? 'bar' };
}

function balanceKind(wanted: ChartKind | undefined): ChosenKind {
  if (wanted === undefined || wanted === 'line') return { kind: 'line' };
  if (wanted === 'table') return { kind: 'table' };
  const what = wanted === 'pie' ? 'A pie shows the parts of a whole' : 'Bars stand for amounts of their own';
  return { kind: 'line', note: `${what}, and a running total is one sum that grows, so I drew a line.` };
}
