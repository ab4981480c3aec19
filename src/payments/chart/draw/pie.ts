// Parts of a whole: a pie, and beside it what each slice is, in the order of the clock.
import { arc, pie as pieLayout, type PieArcDatum } from 'd3-shape';
import type { Chart, ChartPoint } from './chart.js';
import { baseline, INNER, lineHeight, linesAt, MARGIN, textHeight, type Block } from './layout.js';
import type { Measure } from './measure.js';
import { percent, type MoneyLabels } from './money-labels.js';
import { shortened } from './names.js';
import { LIGHT } from './palette.js';
import { element, textAt } from './svg.js';

const RADIUS = 150;
const SIZE = 14;
/** From the pie to its percentages, px. */
const RIM = 20;
/** Smaller slices have their percentage in the list alone. */
const LEAST_LABELLED = 0.04;
const SWATCH = 14;
const GAP = 24;
/** Most slices with a colour of their own. */
export const MOST_SLICES = LIGHT.slices.length;

interface Slice extends ChartPoint {
  readonly look: string;
  /** Names of what it stands for, when that is several. */
  readonly holds?: readonly string[];
}

/** Names of small slices that are written out, at most. */
const MOST_HELD = 12;

/** What does not get a colour of its own becomes one slice; only what is positive is part of a whole. */
export function slicesOf(points: readonly ChartPoint[]): Slice[] {
  const positive = points.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  const named = positive.filter(({ stands }) => stands === undefined);
  const own = positive.length <= MOST_SLICES ? named : named.slice(0, MOST_SLICES - 1);
  const rest = positive.filter((point) => !own.includes(point));
  const slices = own.map((point, at): Slice => ({ ...point, look: `slice${at}` }));
  if (rest.length === 0) return slices;
  const sum = (of: (point: ChartPoint) => number): number => rest.reduce((total, point) => total + of(point), 0);
  const stands = sum((point) => point.stands ?? 1);
  const held = rest.filter((point) => point.stands === undefined).slice(0, MOST_HELD);
  const others: Slice = {
    key: `${stands.toLocaleString('en-US')} others`,
    total: sum(({ total }) => total),
    count: sum(({ count }) => count),
    stands,
    look: 'others',
    holds: [
      ...held.map(({ key }) => shortened(key)),
      ...(held.length < stands ? [`${stands - held.length} more`] : []),
    ],
  };
  return [...slices, others];
}

export function pie(chart: Chart, top: number, measure: Measure, money: MoneyLabels): Block {
  const slices = slicesOf(chart.points);
  const whole = slices.reduce((sum, { total }) => sum + total, 0);
  const list = listOf(slices, whole, top, measure, money);
  const size = 2 * (RADIUS + RIM) + textHeight(SIZE);
  const height = Math.max(size, list.height);
  const centre = { x: MARGIN + RADIUS + RIM + 24, y: top + size / 2 };

  const shape = arc<PieArcDatum<Slice>>().innerRadius(0).outerRadius(RADIUS).digits(2);
  const rim = arc<PieArcDatum<Slice>>()
    .innerRadius(RADIUS + RIM)
    .outerRadius(RADIUS + RIM);
  const drawn = pieLayout<Slice>()
    .sort(null)
    .value(({ total }) => total)(slices)
    .map((slice) => {
      const share = slice.data.total / whole;
      const path = element('path', { d: shape(slice) ?? '', class: `${slice.data.look} gap` });
      if (share < LEAST_LABELLED || slices.length === 1) return path;
      const [x, y] = rim.centroid(slice);
      return path + textAt(x, y + SIZE * 0.35, percent(share), { size: 12, anchor: 'middle', look: 'ink' });
    });
  const circle = element('g', { transform: `translate(${centre.x} ${centre.y})` }, ...drawn);
  return { svg: circle + list.svg, height };
}

/** A row for each slice: its colour, its name, its amount and its share. */
function listOf(slices: readonly Slice[], whole: number, top: number, measure: Measure, money: MoneyLabels): Block {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => measure.width(text, SIZE)));
  const amounts = slices.map(({ total }) => money.exact(total));
  const shares = slices.map(({ total }) => percent(total / whole));
  const right = MARGIN + INNER;
  const amountEnd = right - widest(shares) - GAP;
  const left = MARGIN + 2 * (RADIUS + RIM) + 48 + GAP;
  const nameWidth = amountEnd - widest(amounts) - GAP - (left + SWATCH + 10);
  let y = top + 16;
  const rows = slices.map((slice, at) => {
    const name = linesAt(left + SWATCH + 10, y, measure.wrap(shortened(slice.key), SIZE, nameWidth), {
      size: SIZE,
      look: 'ink',
    });
    const held = linesAt(
      left + SWATCH + 10,
      y + name.height + 4,
      measure.wrap((slice.holds ?? []).join(', '), 12, nameWidth),
      { size: 12, look: 'muted' },
    );
    const row =
      element('rect', { x: left, y: y + 1, width: SWATCH, height: SWATCH, rx: 2, class: slice.look }) +
      name.svg +
      held.svg +
      textAt(amountEnd, baseline(y, SIZE), amounts[at] ?? '', { size: SIZE, anchor: 'end', look: 'ink' }) +
      textAt(right, baseline(y, SIZE), shares[at] ?? '', { size: SIZE, anchor: 'end', look: 'muted' });
    y += name.height + (held.height > 0 ? held.height + 4 : 0) + lineHeight(SIZE) - textHeight(SIZE) + 8;
    return row;
  });
  return { svg: rows.join(''), height: y - top };
}
