// How callers ask for a chart, and how it is told: for the keyless planner.
import { z } from 'zod';
import type { ToolPlan } from '../../llm/plan.port.js';
import { plain, sayCount } from '../../spoken/say.js';
import { group, measure, top } from '../planner/measures.js';
import { sayDoubt, sayParts } from '../planner/say-parts.js';
import { ASK_CLIENT, SELECTION } from '../planner/slots.js';
import { by, kind } from './chart-slots.js';

const Data = z.object({
  title: z.string(),
  count: z.number().optional(),
  summary: z.string().optional(),
  remarks: z.array(z.string()).catch([]),
});

/** What was told by merchant is drawn by merchant, unless it is said otherwise. */
const grouped: typeof group = { ...group, carry: 'along', toArguments: (one) => ({ by: one }) };

export const generateTransactionChartPlan: ToolPlan = {
  tool: 'generate_transaction_chart',
  ability: 'draw a chart of them',
  unable: 'draw charts',
  slots: [...SELECTION, grouped, by, kind],
  ignores: [group, measure, top],
  ask: { client: ASK_CLIENT },
  ownWeight: 2,
  details: {
    '#client': 3,
    '#owner': 3,
    '#date': 1,
    '#category': 1,
    '#amount': 1,
    '#direction': 1,
    '#order': 2,
    '#count': 1,
  },
  cues: [
    [
      6,
      'chart|charts|graph*|plot|plots|plotted|diagram*|histogram*|visuali*|graf|grafic|grafik|graphic|graphics',
      'pie|donut|doughnut',
    ],
    [2, 'draw|generate*|make|create charge', 'charge of spending', 'picture of'], // "charge" is heard for "chart"
    [4, 'draw|drawing|sketch'],
    [5, 'on my|the screen', 'running balance|total', 'bars|columns by|for|per'],
    [
      6,
      'as|in|into|to a|one|the table|spreadsheet',
      'in|into table|spreadsheet form|format',
      'a table|spreadsheet of|with|for',
    ],
    [2, 'generate*'],
    [1, 'make|create|show|give', 'of spending'],
  ],
  leftOut: (parts) => `I can't take ${sayParts(parts)} into account in a chart, so that is left out.`,
  doubt: sayDoubt,
  say(data) {
    const chart = Data.safeParse(data).data;
    if (chart === undefined) return undefined;
    if (chart.count === 0) return 'There are no transactions to draw a chart of.';
    const count = chart.count === undefined ? '' : `It covers ${sayCount(chart.count, 'transaction')}.`;
    const said = chart.summary === undefined ? count : plain(chart.summary, 200);
    return [
      `The chart is ready: ${plain(chart.title, 200)}.`,
      said,
      ...chart.remarks.map((remark) => plain(remark, 200)),
    ]
      .filter((sentence) => sentence !== '')
      .join(' ');
  },
};
