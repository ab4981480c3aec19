import { z } from 'zod';
import type { ArtifactMediaType, ArtifactStore } from '../../tools/artifact-store.js';
import { SpokenFailure } from '../../tools/say.js';
import type { Artifact } from '../../tools/tool.port.js';
import { defineTool } from '../../tools/tool.js';
import type { BusinessData, GroupBy, TransactionReport } from '../data/business-data.port.js';
import { findTransactions } from '../selection/find-transactions.js';
import { sayWhat, sayWhen } from '../selection/say-selection.js';
import { periodsOf, selecting, type SelectionArgs } from '../selection/selection.js';
import { byFor } from './chart-kind.js';
import { ChartError, type ChartRenderer } from './chart.port.js';
import { CHART_BYS, CHART_KINDS, type Chart, type ChartBy } from './draw/chart.js';
import type { Measure } from './draw/measure.js';
import { transactionChart } from './transaction-chart.js';

const BY = {
  error: 'I can draw days, months, categories, merchants, or the running total. Which would you like to see?',
};
const KIND = { error: 'I can draw bars, a line, a pie or a table. Which one would you like?' };

const schema = selecting({
  by: z
    .enum(CHART_BYS, BY)
    .optional()
    .describe('what each bar, point, slice or row is; balance: the running total of what was spent, day by day'),
  kind: z.enum(CHART_KINDS, KIND).optional().describe('how it is drawn; what fits when absent'),
});

/** Days of thirteen years: more than a chart can show. */
const MOST_GROUPS = 5000;

export interface GenerateTransactionChartDeps {
  readonly data: BusinessData;
  readonly artifacts: ArtifactStore;
  readonly renderer: ChartRenderer;
  /** Family of the chart's text, which the renderer has, and how wide its letters are. */
  readonly font: string;
  readonly measure: Measure;
}

export const generateTransactionChartTool = ({
  data,
  artifacts,
  renderer,
  font,
  measure,
}: GenerateTransactionChartDeps) =>
  defineTool({
    name: 'generate_transaction_chart',
    description:
      "Draws a client's transactions as bars, a line, a pie or a table, by day, month, category or merchant, or their " +
      "running total. It appears on the caller's screen. Say that it is there, what it shows (summary), and how " +
      'it is otherwise than asked for (remarks).',
    schema,
    effect: 'read',
    keeps: true,
    timeoutMs: 12_000,
    lateMessage: 'Drawing the chart takes too long right now. Please ask me again in a minute.',
    async run({ by: wantedBy, kind, ...args }, { caller, signal }) {
      const access = { caller, signal };
      const by = wantedBy ?? byFor(kind, periodsOf(args));
      const groupBy: GroupBy = by === 'balance' ? 'day' : by;
      const report = await findTransactions(data, args, { limit: 1, groupBy, groupLimit: MOST_GROUPS }, access);
      if ('ok' in report) return report;
      const chart = chartOf(report, args, by, kind);
      // Loaded with the first chart: d3 is 150 files, which a worker boots sooner without.
      const { drawChart } = await import('./draw/draw-chart.js');
      const drawing = drawChart(chart, font, measure);
      const png = await renderer.toPng(drawing, signal).catch(asSpoken);
      const save = async (mediaType: ArtifactMediaType, bytes: Uint8Array): Promise<Artifact> => {
        const url = await artifacts.save({ title: chart.title, mediaType, bytes }, access);
        return { kind: 'chart', title: chart.title, url, mediaType, alt: chart.alt };
      };
      const { title, summary, remarks } = chart;
      return {
        ok: true,
        // Without the links: whoever has one can open the file.
        data: { title, kind: chart.kind, by, count: report.count, summary, remarks },
        artifacts: [
          await save('image/svg+xml', Buffer.from(drawing.svg)),
          await save('image/png', png),
          await save('application/json', Buffer.from(JSON.stringify(chart))),
        ],
      };
    },
  });

function chartOf(report: TransactionReport, args: SelectionArgs, by: ChartBy, kind: Chart['kind'] | undefined): Chart {
  const { categories, merchant, direction, min_amount, max_amount } = args;
  const isFiltered = [categories, merchant, direction, min_amount, max_amount].some((filter) => filter !== undefined);
  const groups = report.groups ?? { list: [], count: 0 };
  const unknown = report.categories.filter(({ found }) => found.length === 0).map(({ asked }) => asked);
  return transactionChart(
    { ...report, periods: periodsOf(args), groups: groups.list, groupCount: groups.count },
    {
      kind,
      by,
      what: isFiltered ? sayWhat(args, report.currency) : undefined,
      when: sayWhen(args),
      notes: unknown.length === 0 ? [] : [`There is no category ${unknown.join(' or ')} among these transactions.`],
    },
  );
}

function asSpoken(error: unknown): never {
  if (!(error instanceof ChartError)) throw error;
  const [code, message] =
    error.code === 'busy'
      ? (['unavailable', 'I am drawing too many charts right now. Please ask me again in a minute.'] as const)
      : (['failed', 'The chart could not be drawn. I can read the numbers to you instead.'] as const);
  throw new SpokenFailure(code, message, { cause: error });
}
