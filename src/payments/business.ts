// A payments company: its callers ask for the transactions of clients, charts and reports of them, and its policies.
import type { Business } from '../business/business.js';
import { searchDocumentsTool } from '../tools/search-documents/search-documents.tool.js';
import { webSearchTool } from '../tools/web-search/web-search.tool.js';
import { ChartError } from './chart/chart.port.js';
import { generateTransactionChartTool } from './chart/generate-transaction-chart.tool.js';
import { measureOf } from './chart/draw/measure.js';
import { CHART_FONT, CHART_FONT_FILE, ThreadedChartRenderer } from './chart/threaded-chart-renderer.js';
import { RpcBusinessData } from './data/rpc-business-data.js';
import { warmUp } from './data/warm-up.js';
import { PAYMENTS_PLANNER } from './planner/planner.js';
import { queryTransactionsTool } from './query-transactions/query-transactions.tool.js';
import { sendEmailReportTool } from './send-email-report/send-email-report.tool.js';
import { fillWithDemoData } from './seed/seed.js';
import { SYNONYMS } from './planner/synonyms.js';
import { SPEECH } from './speech/domain.js';
import { vocabularyOf } from './speech/vocabulary.js';

const payments: Business = {
  name: 'payments',
  agent: 'julia',
  example: 'What transactions does client 5001 have?',
  tools: ['query_transactions', 'send_email_report', 'search_documents', 'web_search', 'generate_transaction_chart'],
  speech: SPEECH,
  planner: PAYMENTS_PLANNER,
  synonyms: SYNONYMS,
  fill: (prisma) => fillWithDemoData(prisma),
  safeErrors: [ChartError],
  async open({ rpc, database, mail, artifacts, documents, webSearch }) {
    const data = new RpcBusinessData(rpc);
    if (database !== undefined) await warmUp(database, data, documents);
    const renderer = new ThreadedChartRenderer();
    const measure = measureOf(CHART_FONT_FILE);
    return {
      vocabulary: (access) => vocabularyOf(data, access),
      tools: [
        queryTransactionsTool(data),
        sendEmailReportTool({ data, mail, press: { renderer, font: CHART_FONT, measure } }),
        searchDocumentsTool(documents, {
          about:
            'refunds, fees, disputes, privacy, delivery, cancellations, card limits, opening hours, fraud, data export, ' +
            'closing an account, statements',
          unless: 'transactions',
        }),
        webSearchTool(webSearch),
        generateTransactionChartTool({ data, artifacts, renderer, font: CHART_FONT, measure }),
      ],
      close: () => renderer.close(),
    };
  },
};

export default payments;
