import type { Attachment } from '../../tools/mail/mailer.port.js';
import { SpokenFailure, sayMoney, sayPeriod } from '../../tools/say.js';
import { ChartError } from '../chart/chart.port.js';
import type { ChartRenderer } from '../chart/chart.port.js';
import type { Measure } from '../chart/draw/measure.js';
import { transactionChart } from '../chart/transaction-chart.js';
import type { TransactionReport } from '../data/business-data.port.js';

export type ChartBy = 'month' | 'category';

/** A picture in a mail: the file, what the HTML calls it by, and what it shows for who cannot see it. */
export interface MailChart {
  readonly file: Attachment & { readonly contentId: string };
  readonly alt: string;
}

export interface ChartPress {
  readonly renderer: ChartRenderer;
  /** Family of the chart's text, which the renderer has, and how wide its letters are. */
  readonly font: string;
  readonly measure: Measure;
}

/** Draws it. Throws a SpokenFailure when that fails: what was asked for with a chart is not sent without it. */
export async function reportChart(
  report: TransactionReport,
  by: ChartBy,
  { renderer, font, measure }: ChartPress,
  signal: AbortSignal,
): Promise<MailChart> {
  const groups =
    by === 'category'
      ? report.byCategory.map(({ category: key, count, total }) => ({ key, count, total }))
      : report.byMonth.map(({ month: key, count, total }) => ({ key, count, total }));
  const chart = transactionChart(
    { ...report, periods: [], groups, groupCount: groups.length },
    { kind: 'bar', by, what: undefined, when: sayPeriod(report.from, report.to), notes: [] },
  );
  const { drawChart } = await import('../chart/draw/draw-chart.js');
  const png = await renderer.toPng(drawChart(chart, font, measure), signal).catch((error: unknown) => {
    if (!(error instanceof ChartError)) throw error;
    throw new SpokenFailure(
      'unavailable',
      'The chart could not be drawn, so nothing was sent. Please ask me again in a minute, or for the report without it.',
      { cause: error },
    );
  });
  return {
    alt: `${chart.title}: ${barsOf(report, by).join(', ')}.`,
    file: {
      filename: 'chart.png',
      mediaType: 'image/png',
      base64: Buffer.from(png).toString('base64'),
      contentId: 'chart@report',
    },
  };
}

/** Most bars that are named in words. */
const MOST_BARS = 24;

function barsOf({ byCategory, byMonth, currency }: TransactionReport, by: ChartBy): string[] {
  const bars =
    by === 'category'
      ? byCategory.map(({ category, total }) => [category, total] as const)
      : byMonth.map(({ month, total }) => [month, total] as const);
  const said = bars.slice(0, MOST_BARS).map(([name, total]) => `${name} ${sayMoney(total, currency)}`);
  return bars.length > MOST_BARS ? [...said, `and ${bars.length - MOST_BARS} more`] : said;
}
