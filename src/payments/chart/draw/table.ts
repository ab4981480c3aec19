// The same points as rows: for those who want the figures.
import type { Chart } from './chart.js';
import { INNER, linesAt, MARGIN, textHeight, lineHeight, type Block } from './layout.js';
import type { Measure } from './measure.js';
import type { MoneyLabels } from './money-labels.js';
import { nameOf } from './names.js';
import { element, textAt } from './svg.js';
import { baseline } from './layout.js';

const SIZE = 14;
const PAD = 6;
const GAP = 32;
const HEADS = { day: 'Day', month: 'Month', category: 'Category', merchant: 'Merchant', balance: 'Day' } as const;

export function table({ points, by }: Chart, top: number, measure: Measure, money: MoneyLabels): Block {
  const amountHead = by === 'balance' ? 'Running total' : 'Amount';
  const counts = points.map(({ count }) => count.toLocaleString('en-US'));
  const amounts = points.map(({ total }) => money.exact(total));
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => measure.width(text, SIZE)));
  const amountEnd = MARGIN + INNER - PAD;
  const countEnd = amountEnd - widest([amountHead, ...amounts]) - GAP;
  const nameWidth = countEnd - widest(['Transactions', ...counts]) - GAP - MARGIN - PAD;

  let y = top;
  const row = (name: string, count: string, amount: string, look: string, isStriped: boolean): string => {
    const lines = measure.wrap(name, SIZE, nameWidth);
    const height = Math.max(0, lines.length - 1) * lineHeight(SIZE) + textHeight(SIZE) + 2 * PAD;
    const cells =
      linesAt(MARGIN + PAD, y + PAD, lines, { size: SIZE, look }).svg +
      textAt(countEnd, baseline(y + PAD, SIZE), count, { size: SIZE, anchor: 'end', look }) +
      textAt(amountEnd, baseline(y + PAD, SIZE), amount, { size: SIZE, anchor: 'end', look });
    const stripe = isStriped ? element('rect', { x: MARGIN, y, width: INNER, height, class: 'stripe' }) : '';
    y += height;
    return stripe + cells;
  };
  const head = row(HEADS[by], 'Transactions', amountHead, 'muted', false);
  const rule = element('path', { d: `M${MARGIN} ${y.toFixed(1)}H${MARGIN + INNER}`, class: 'zero' });
  const body = points.map((point, at) =>
    row(nameOf(point.key, by), counts[at] ?? '', amounts[at] ?? '', 'ink', at % 2 === 1),
  );
  return { svg: head + rule + body.join(''), height: y - top };
}
