import type { Attachment } from '../../tools/mail/mailer.port.js';
import { SpokenFailure, sayMoney } from '../../tools/say.js';
import { ChartError } from '../chart/chart.port.js';
import type { ChartRenderer } from '../chart/chart.port.js';
import { spendingChart } from '../chart/spending-chart.js';
import type { TransactionReport } from '../data/business-data.port.js';

export type ChartBy = 'month' | 'category';

/** A picture in a mail: the file, what the HTML calls it by, and what it shows for who cannot see it. */
export interface MailChart {
  readonly file: Attachment & { readonly contentId: string };
  readonly alt: string;
}

export interface ChartPress {
  readonly renderer: ChartRenderer;
  /** Family of the chart's text; the renderer has it. */
  readonly font: string;
}

/** Draws it. Throws a SpokenFailure when that fails: what was asked for with a chart is not sent without it. */
export async function reportChart(
  report: TransactionReport,
  by: ChartBy,
  { renderer, font }: ChartPress,
  signal: AbortSignal,
): Promise<MailChart> {
  const { title, ...request } = spendingChart(report, `by_${by}`, font);
  const { png } = await renderer.render(request, signal).catch((error: unknown) => {
    if (!(error instanceof ChartError)) throw error;
    throw new SpokenFailure(
      'unavailable',
      'The chart could not be drawn, so nothing was sent. Please ask me again in a minute, or for the report without it.',
      { cause: error },
    );
  });
  return {
    alt: `${title}: ${barsOf(report, by).join(', ')}.`,
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
