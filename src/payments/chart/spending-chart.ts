import type { TransactionReport } from '../data/business-data.port.js';
import { sayCount, sayMoney, sayPeriod, words } from '../../tools/say.js';
import type { ChartRequest } from './chart.port.js';

export type ChartKind = 'by_month' | 'by_category';

const WIDTH = 960;
const BAR_HEIGHT = 34;
const INK = '#1f2933';
const MUTED = '#616e7c';
const SPENT = '#2f6fde';
/** Refunds outweigh what was spent. */
const RETURNED = '#2f9e6e';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Bar {
  readonly name: string;
  readonly total: number;
}

/** The title is also what is spoken and written beside the chart. */
export function spendingChart(
  report: TransactionReport,
  kind: ChartKind,
  font: string,
): ChartRequest & { title: string } {
  const { client, count, total, currency } = report;
  const title = `Spending of client ${client.id}, ${client.name}, by ${kind === 'by_month' ? 'month' : 'category'}`;
  const subtext = words(
    `${sayCount(count, 'transaction')}${report.from === null ? ',' : ''}`,
    words(sayPeriod(report.from, report.to), `·`, `${sayMoney(total, currency)} in total`),
  );
  const isHorizontal = kind === 'by_category';
  const bars: Bar[] = isHorizontal
    ? report.byCategory.map(({ category, total }) => ({ name: category, total }))
    : report.byMonth.map(({ month, total }) => ({ name: monthName(month), total }));

  const names = {
    type: 'category',
    data: bars.map((bar) => bar.name),
    inverse: isHorizontal,
    axisTick: { show: false },
  };
  const amounts = { type: 'value', splitLine: { lineStyle: { color: '#e4e7eb' } }, axisLabel: { color: MUTED } };
  return {
    title,
    width: WIDTH,
    height: isHorizontal ? 150 + BAR_HEIGHT * Math.max(bars.length, 3) : 520,
    option: {
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: `${font}, Verdana, sans-serif`, color: INK },
      title: {
        text: title,
        subtext,
        left: 24,
        top: 18,
        textStyle: { fontSize: 20, fontWeight: 'normal', color: INK },
        subtextStyle: { fontSize: 14, color: MUTED },
      },
      grid: {
        left: 24,
        right: isHorizontal ? 110 : 32,
        top: 100,
        bottom: 24,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: isHorizontal ? amounts : { ...names, axisLabel: { color: INK, interval: 0 } },
      yAxis: isHorizontal ? { ...names, axisLabel: { color: INK, fontSize: 14 } } : amounts,
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: isHorizontal ? 22 : 46,
          // Functions cannot cross into the drawing thread: each bar brings its label along.
          data: bars.map((bar) => ({
            value: bar.total,
            itemStyle: { color: bar.total < 0 ? RETURNED : SPENT, borderRadius: 3 },
            label: {
              show: true,
              position: isHorizontal ? 'right' : 'top',
              color: INK,
              fontSize: isHorizontal ? 13 : 11,
              formatter: isHorizontal ? sayMoney(bar.total, currency) : wholeMoney(bar.total, currency),
            },
          })),
        },
      ],
    },
  };
}

/** `2026-03` as "Mar 26". */
function monthName(month: string): string {
  return `${MONTHS[Number(month.slice(5)) - 1] ?? month} ${month.slice(2, 4)}`;
}

const wholeMoney = (amount: number, currency: string): string =>
  sayMoney(Math.round(amount), currency).replace(/\.00$/, '');
