import { z } from 'zod';
import type { BusinessData } from '../data/business-data.port.js';
import { IN_ORDER, inOrder, period } from '../../tools/arguments.js';
import { clientId } from '../client.js';
import type { ArtifactStore } from '../../tools/artifact-store.js';
import { findTransactions } from '../selection/find-transactions.js';
import { SpokenFailure } from '../../tools/say.js';
import { defineTool } from '../../tools/tool.js';
import { ChartError } from './chart.port.js';
import type { ChartRenderer } from './chart.port.js';
import { spendingChart } from './spending-chart.js';

const schema = z
  .object({
    client_id: clientId(),
    ...period(),
    kind: z
      .enum(['by_month', 'by_category'], {
        error: 'I can draw spending by month or by category. Which one would you like?',
      })
      .default('by_month')
      .describe('one bar for each month, or one for each category'),
  })
  .refine(inOrder, IN_ORDER);

export interface GenerateTransactionChartDeps {
  readonly data: BusinessData;
  readonly artifacts: ArtifactStore;
  readonly renderer: ChartRenderer;
  /** Family of the chart's text; the renderer has it. */
  readonly font: string;
}

export const generateTransactionChartTool = ({ data, artifacts, renderer, font }: GenerateTransactionChartDeps) =>
  defineTool({
    name: 'generate_transaction_chart',
    description:
      "Draws a client's spending as a chart, by month or by category, which then appears on the caller's screen. Only " +
      'the caller can open it. Say that it is there; do not read out its address.',
    schema,
    effect: 'read',
    timeoutMs: 12_000,
    lateMessage: 'Drawing the chart takes too long right now. Please ask me again in a minute.',
    async run({ client_id, from, to, kind }, { caller, signal }) {
      const access = { caller, signal };
      const report = await findTransactions(data, { client_id, from, to }, { limit: 0 }, access);
      if ('ok' in report) return report;

      const { title, ...request } = spendingChart(report, kind, font);
      const { svg, png } = await renderer.render(request, signal).catch((error: unknown) => {
        if (!(error instanceof ChartError)) throw error;
        throw error.code === 'busy'
          ? new SpokenFailure(
              'unavailable',
              'I am drawing too many charts right now. Please ask me again in a minute.',
              { cause: error },
            )
          : new SpokenFailure('failed', 'The chart could not be drawn. I can read the numbers to you instead.', {
              cause: error,
            });
      });
      const url = await artifacts.save({ title, mediaType: 'image/svg+xml', bytes: Buffer.from(svg) }, access);
      const pngUrl = await artifacts.save({ title, mediaType: 'image/png', bytes: png }, access);
      return {
        ok: true,
        data: { title, url, kind, count: report.count },
        artifacts: [
          { kind: 'chart', title, url, mediaType: 'image/svg+xml' },
          { kind: 'chart', title, url: pngUrl, mediaType: 'image/png' },
        ],
      };
    },
  });
