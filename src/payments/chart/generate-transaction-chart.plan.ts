// How callers ask for a chart, and how it is told: for the keyless planner.
import { z } from 'zod';
import type { ToolPlan } from '../../llm/plan.port.js';
import { plain, sayCount } from '../../spoken/say.js';
import { ASK_CLIENT, client, date, kind } from '../planner/slots.js';

const Data = z.object({ title: z.string(), count: z.number().optional() });

export const generateTransactionChartPlan: ToolPlan = {
  tool: 'generate_transaction_chart',
  ability: 'draw a chart of them',
  unable: 'draw charts',
  slots: [client, date, kind],
  ask: { client: ASK_CLIENT },
  ownWeight: 2,
  details: { '#client': 3, '#date': 1, '#category': 1 },
  cues: [
    [6, 'chart|charts|graph*|plot|plots|plotted|diagram*|histogram*|visuali*', 'pie'],
    [2, 'draw|generate*|make|create charge', 'charge of spending', 'picture of'], // "charge" is heard for "chart"
    [4, 'draw|drawing|sketch'],
    [2, 'generate*'],
    [3, 'by month'],
    [1, 'make|create|show|give', 'of spending'],
  ],
  say(data) {
    const chart = Data.safeParse(data).data;
    if (chart === undefined) return undefined;
    if (chart.count === 0) return 'There are no transactions to draw a chart of.';
    const count = chart.count === undefined ? '' : ` It covers ${sayCount(chart.count, 'transaction')}.`;
    return `The chart is ready: ${plain(chart.title, 120)}.${count}`;
  },
};
