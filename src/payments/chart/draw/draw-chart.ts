import { byName } from './by-name.js';
import type { Drawing } from '../chart.port.js';
import { isOverTime, type Chart } from './chart.js';
import { INNER, legend, linesAt, MARGIN, WIDTH, type Block, type LegendEntry } from './layout.js';
import type { Measure } from './measure.js';
import { moneyLabels, type MoneyLabels } from './money-labels.js';
import { overTime } from './over-time.js';
import { styleSheet } from './palette.js';
import { pie } from './pie.js';
import { element, escaped } from './svg.js';
import { table } from './table.js';

const TITLE_SIZE = 20;
const SUBTITLE_SIZE = 14;
const NOTE_SIZE = 12;

/**
 * A chart as SVG: the same every time, as high as it has to be, every text inside and none over another. It is light or dark
 * as its page is.
 */
export function drawChart(chart: Chart, font: string, measure: Measure): Drawing {
  const money = moneyLabels(
    chart.currency,
    chart.points.map(({ total }) => total),
  );
  let y = MARGIN - 4;
  const parts: string[] = [];
  const add = (block: Block, gap: number): void => {
    if (block.height === 0) return;
    parts.push(block.svg);
    y += block.height + gap;
  };
  const paragraph = (text: string, size: number, look: string): Block =>
    linesAt(MARGIN, y, measure.wrap(text, size, INNER), { size, look });

  add(paragraph(chart.title, TITLE_SIZE, 'ink'), 6);
  add(paragraph(chart.subtitle, SUBTITLE_SIZE, 'muted'), 14);
  add(legend(meanings(chart), y, measure), 10);
  add(picture(chart, y, measure, money), 14);
  for (const note of chart.notes) add(paragraph(note, NOTE_SIZE, 'muted'), 6);
  const height = Math.ceil(y + MARGIN - 12);

  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-label': chart.alt,
    },
    element('title', {}, escaped(chart.title)),
    element('desc', {}, escaped(chart.alt)),
    element('style', {}, styleSheet(font)),
    element('rect', { width: WIDTH, height, class: 'paper' }),
    ...parts,
  );
  return { svg, width: WIDTH, height };
}

function picture(chart: Chart, y: number, measure: Measure, money: MoneyLabels): Block {
  if (chart.kind === 'table') return table(chart, y, measure, money);
  if (chart.kind === 'pie') return pie(chart, y, measure, money);
  return isOverTime(chart.by) ? overTime(chart, y, measure, money) : byName(chart, y, measure, money);
}

/** What colours mean, where there are two of them. */
function meanings({ kind, points }: Chart): LegendEntry[] {
  const isTwofold = points.some(({ total }) => total > 0) && points.some(({ total }) => total < 0);
  if (kind !== 'bar' || !isTwofold) return [];
  return [
    { look: 'spent', name: 'More was spent than came back' },
    { look: 'returned', name: 'More came back than was spent' },
  ];
}
