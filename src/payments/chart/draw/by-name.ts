// Categories and merchants below each other, each with its bar and its amount.
import { scaleLinear } from 'd3-scale';
import type { Chart } from './chart.js';
import { centred, INNER, lineHeight, linesAt, MARGIN, textHeight, type Block } from './layout.js';
import type { Measure } from './measure.js';
import type { MoneyLabels } from './money-labels.js';
import { nameOf } from './names.js';
import { element, textAt } from './svg.js';

const SIZE = 14;
const VALUE_SIZE = 13;
/** Longest line of a name, px. */
const NAME_WIDTH = 300;
const GAP = 8;
const BAR = 20;

export function byName({ points, by }: Chart, top: number, measure: Measure, money: MoneyLabels): Block {
  const names = points.map(({ key }) => measure.wrap(nameOf(key, by), SIZE, NAME_WIDTH));
  const values = points.map(({ total }) => money.exact(total));
  const nameWidth = Math.max(0, ...names.flat().map((line) => measure.width(line, SIZE)));
  const widest = (isWanted: (total: number) => boolean): number =>
    Math.max(
      0,
      ...points.map(({ total }, at) => (isWanted(total) ? measure.width(values[at] ?? '', VALUE_SIZE) + GAP : 0)),
    );
  const left = MARGIN + nameWidth + 2 * GAP + widest((total) => total < 0);
  const right = MARGIN + INNER - widest((total) => total >= 0);
  const amounts = points.map(({ total }) => total);
  const lowest = Math.min(0, ...amounts);
  const highest = Math.max(0, ...amounts);
  const x = scaleLinear()
    .domain(lowest === highest ? [0, 1] : [lowest, highest])
    .range([left, right]);

  let y = top;
  const rows = points.map(({ total }, at) => {
    const lines = names[at] ?? [];
    const words = Math.max(0, lines.length - 1) * lineHeight(SIZE) + textHeight(SIZE);
    const height = Math.max(34, words + 12);
    const name = linesAt(MARGIN, y + (height - words) / 2, lines, { size: SIZE, look: 'ink' });
    const length = total === 0 ? 0 : Math.max(Math.abs(x(total) - x(0)), 1);
    const bar = element('rect', {
      x: total < 0 ? x(0) - length : x(0),
      y: y + (height - BAR) / 2,
      width: length,
      height: BAR,
      rx: Math.min(3, length / 2),
      class: total < 0 ? 'returned' : 'spent',
    });
    const value = textAt(
      total < 0 ? x(0) - length - GAP : x(0) + length + GAP,
      centred(y, height, VALUE_SIZE),
      values[at] ?? '',
      { size: VALUE_SIZE, anchor: total < 0 ? 'end' : 'start', look: 'ink' },
    );
    y += height;
    return name.svg + bar + value;
  });
  const zero = element('path', { d: `M${x(0).toFixed(1)} ${top}V${y.toFixed(1)}`, class: 'zero' });
  return { svg: rows.join('') + zero, height: y - top };
}
