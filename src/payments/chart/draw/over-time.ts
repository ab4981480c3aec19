// Days and months side by side: bars, or a line.
import { scaleBand, scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { INNER, keptInside, lineHeight, MARGIN, textHeight, baseline, type Block } from './layout.js';
import type { Chart, ChartPoint } from './chart.js';
import { extreme } from './extreme.js';
import { ASCENT, DESCENT, type Measure } from './measure.js';
import type { MoneyLabels } from './money-labels.js';
import { element, textAt } from './svg.js';
import { timeLabels } from './time-labels.js';

/** Of the plot without its labels, px. */
const PLOT_HEIGHT = 320;
const AXIS_SIZE = 12;
const LABEL_SIZE = 11;
/** Between a label and what it belongs to, px. */
const GAP = 5;
/** Radius of a point of a line, px. */
const MARK = 4;
/** A line with more points than this has none of them marked. */
const MOST_MARKS = 62;

/** Where points stand in the picture. */
interface Place {
  readonly x: (index: number) => number;
  readonly y: (amount: number) => number;
  /** Where the plot begins, px. */
  readonly left: number;
  /** Width of a bar, px. */
  readonly bar: number;
  /** From one point to the next, px. */
  readonly step: number;
}

export function overTime(chart: Chart, top: number, measure: Measure, money: MoneyLabels): Block {
  const { points, kind, by } = chart;
  const amounts = points.map(({ total }) => total);
  const label = textHeight(LABEL_SIZE) + GAP + (kind === 'line' ? MARK : 0);
  const y = scaleLinear()
    .domain(rangeOf(amounts, money.unit))
    .nice(5)
    .range([top + label + PLOT_HEIGHT, top + label]);
  const ticks = y.ticks(5);
  const axis = axisWriter(ticks, money);
  const left = MARGIN + Math.max(...ticks.map((tick) => measure.width(axis(tick), AXIS_SIZE))) + 8;
  const band = scaleBand<number>()
    .domain(points.map((_, at) => at))
    .range([left, MARGIN + INNER])
    .paddingInner(0.25)
    .paddingOuter(0.15);
  const place: Place = {
    x: (index) => (band(index) ?? left) + band.bandwidth() / 2,
    y,
    left,
    bar: Math.min(band.bandwidth(), 56),
    step: band.step(),
  };

  const bottom = top + label + PLOT_HEIGHT + (amounts.some((amount) => amount < 0) ? label : 0);
  const grid = ticks.map(
    (tick) =>
      element('path', { d: `M${left} ${y(tick).toFixed(1)}H${MARGIN + INNER}`, class: tick === 0 ? 'zero' : 'grid' }) +
      textAt(left - 8, y(tick) + AXIS_SIZE * 0.35, axis(tick), { size: AXIS_SIZE, anchor: 'end', look: 'muted' }),
  );
  const drawn = kind === 'line' ? curve(points, place, by === 'balance') : bars(points, place);
  const values = valueLabels(chart, place, measure, money);
  const namesTop = bottom + GAP + MARK;
  const names = timeNames(points, place, namesTop, measure);
  return { svg: `${grid.join('')}${drawn}${values}${names.svg}`, height: namesTop + names.height - top };
}

/** From the lowest to the highest, zero included; never empty, and never finer than the currency. */
function rangeOf(amounts: readonly number[], unit: number): [number, number] {
  const lowest = Math.min(0, ...amounts);
  const highest = Math.max(0, ...amounts);
  const least = 5 * unit;
  if (highest - lowest >= least) return [lowest, highest];
  return highest > 0 || lowest === 0 ? [lowest, lowest + least] : [highest - least, highest];
}

/** Short, unless two of the marks would be the same then. */
function axisWriter(ticks: readonly number[], { compact, exact }: MoneyLabels): (amount: number) => string {
  return new Set(ticks.map(compact)).size === ticks.length ? compact : exact;
}

const bars = (points: readonly ChartPoint[], { x, y, bar }: Place): string =>
  points
    .map(({ total }, at) => {
      if (total === 0) return '';
      const height = Math.max(Math.abs(y(total) - y(0)), 1);
      return element('rect', {
        x: x(at) - bar / 2,
        y: total > 0 ? y(0) - height : y(0),
        width: bar,
        height,
        rx: Math.min(3, bar / 4, height / 2),
        class: total > 0 ? 'spent' : 'returned',
      });
    })
    .join('');

/** A balance stands still between its days; other lines go straight from one to the next. */
function curve(points: readonly ChartPoint[], { x, y }: Place, isBalance: boolean): string {
  const path = line<ChartPoint>(
    (_point, at) => x(at),
    ({ total }) => y(total),
  ).digits(1);
  const drawn = isBalance ? path.curve(curveStepAfter)(points) : path(points);
  const marks = points.map(({ total, count }, at) => {
    const isMarked = isBalance ? at === points.length - 1 : points.length <= MOST_MARKS;
    if (!isMarked) return '';
    return element('circle', {
      cx: x(at),
      cy: y(total),
      r: MARK,
      class: count === 0 && !isBalance ? 'hollow' : 'spent',
    });
  });
  return element('path', { d: drawn ?? '', class: 'curve' }) + marks.join('');
}

/** Each bar's amount when all have room; otherwise that of the one that the summary speaks of. */
function valueLabels({ points, kind, by }: Chart, place: Place, measure: Measure, money: MoneyLabels): string {
  const one = (point: ChartPoint, at: number, text: string): string => {
    const above = point.total >= 0;
    const away = GAP + (kind === 'line' ? MARK : 0);
    const y = place.y(point.total) + (above ? -away - LABEL_SIZE * DESCENT : away + LABEL_SIZE * ASCENT);
    const x = keptInside(place.x(at), measure.width(text, LABEL_SIZE), place.left);
    return textAt(x, y, text, { size: LABEL_SIZE, anchor: 'middle', look: 'ink halo' });
  };
  if (kind === 'bar') {
    const room = place.step - 4;
    const write = [money.short, money.compact].find((format) =>
      points.every(({ total, count }) => count === 0 || measure.width(format(total), LABEL_SIZE) <= room),
    );
    if (write !== undefined)
      return points.map((point, at) => one(point, at, point.count === 0 ? '–' : write(point.total))).join('');
  }
  const at = by === 'balance' ? points.length - 1 : extreme(points);
  const point = points[at];
  return point === undefined ? '' : one(point, at, money.exact(point.total));
}

function timeNames(points: readonly ChartPoint[], place: Place, top: number, measure: Measure): Block {
  const labels = timeLabels(
    points.map(({ key }) => key),
    place.x,
    (text) => measure.width(text, AXIS_SIZE),
  );
  const row = (texts: typeof labels.fine, y: number, look: string): string =>
    texts
      .map(({ x, text }) => textAt(x, baseline(y, AXIS_SIZE), text, { size: AXIS_SIZE, anchor: 'middle', look }))
      .join('');
  const rows = labels.coarse.length === 0 ? 1 : 2;
  return {
    svg: row(labels.fine, top, 'ink') + row(labels.coarse, top + lineHeight(AXIS_SIZE), 'muted'),
    height: rows * lineHeight(AXIS_SIZE),
  };
}
