// Names of days and months under an axis: as many as there is room for, the coarser ones the fewer there is.
import { keptInside } from './layout.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One text, centred at `x` px. */
export interface TimeLabel {
  readonly x: number;
  readonly text: string;
}

/** The row under the axis, and one under it that says to which month or year it belongs. */
export interface TimeLabels {
  readonly fine: readonly TimeLabel[];
  readonly coarse: readonly TimeLabel[];
}

interface Spot {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31; of a month 1. */
  readonly day: number;
  readonly x: number;
}

interface Scheme {
  readonly isLabelled: (spot: Spot) => boolean;
  readonly fine: (spot: Spot) => string;
  readonly coarse?: (spot: Spot) => string;
}

const monthName = ({ month }: Spot): string => MONTHS[month - 1] ?? '';
const monthAndYear = (spot: Spot): string => `${monthName(spot)} ${spot.year}`;
const yearName = ({ year }: Spot): string => String(year);

const DAYS = (isLabelled: Scheme['isLabelled']): Scheme => ({
  isLabelled,
  fine: ({ day }) => String(day),
  coarse: monthAndYear,
});
const EVERY_MONTHS = (months: number): Scheme => ({
  isLabelled: ({ month, day }) => day === 1 && (month - 1) % months === 0,
  fine: monthName,
  coarse: yearName,
});
const EVERY_YEARS = (years: number): Scheme => ({
  isLabelled: ({ year, month, day }) => day === 1 && month === 1 && year % years === 0,
  fine: yearName,
});

const isMonday = ({ year, month, day }: Spot): boolean => new Date(Date.UTC(year, month - 1, day)).getUTCDay() === 1;

const OF_MONTHS = [EVERY_MONTHS(1), EVERY_MONTHS(3), EVERY_MONTHS(6), ...[1, 2, 5, 10, 50].map(EVERY_YEARS)];
const OF_DAYS = [DAYS(() => true), DAYS(isMonday), DAYS(({ day }) => day === 1 || day === 15), ...OF_MONTHS];

/**
 * The first scheme whose labels fit. `keys` are days (YYYY-MM-DD) or months (YYYY-MM) in order; `x` is where each stands, px;
 * `width` measures a label.
 */
export function timeLabels(
  keys: readonly string[],
  x: (index: number) => number,
  width: (text: string) => number,
): TimeLabels {
  const spots = keys.map((key, at): Spot => {
    const [year = 0, month = 1, day = 1] = key.split('-').map(Number);
    return { year, month, day, x: x(at) };
  });
  const schemes = keys[0]?.length === 7 ? OF_MONTHS : OF_DAYS;
  for (const { isLabelled, fine, coarse } of schemes) {
    const labelled = spots.filter((spot) => isLabelled(spot));
    if (labelled.length === 0) continue;
    const rows = {
      fine: labelled.map((spot) => placed(spot.x, fine(spot), width)),
      coarse: coarse === undefined ? [] : changes(labelled, coarse, width),
    };
    if (haveRoom(rows.fine, width) && haveRoom(rows.coarse, width)) return rows;
  }
  const [first] = spots;
  return { fine: first === undefined ? [] : [placed(first.x, monthAndYear(first), width)], coarse: [] };
}

const placed = (x: number, text: string, width: (text: string) => number): TimeLabel => ({
  x: keptInside(x, width(text)),
  text,
});

/** A label where the text becomes another one. */
const changes = (spots: readonly Spot[], name: (spot: Spot) => string, width: (text: string) => number): TimeLabel[] =>
  spots.flatMap((spot, at) => {
    const before = spots[at - 1];
    const text = name(spot);
    return before !== undefined && name(before) === text ? [] : [placed(spot.x, text, width)];
  });

/** Between two labels, px. */
const GAP = 6;

const haveRoom = (labels: readonly TimeLabel[], width: (text: string) => number): boolean =>
  labels.every(({ x, text }, at) => {
    const next = labels[at + 1];
    return next === undefined || x + width(text) / 2 + GAP <= next.x - width(next.text) / 2;
  });
