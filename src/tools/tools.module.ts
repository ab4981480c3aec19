import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { BUSINESS_DATA } from '../database/business/business-data.port.js';
import type { BusinessData } from '../database/business/business-data.port.js';
import { CALL_STORE } from '../database/calls/call-store.port.js';
import type { CallStore } from '../database/calls/call-store.port.js';
import { DataError } from '../database/data.port.js';
import { DatabaseModule } from '../database/database.module.js';
import { ArtifactStore } from './artifact-store.js';
import { generateTransactionChartTool } from './chart/generate-transaction-chart.tool.js';
import { ChartError } from './chart/chart.port.js';
import { CHART_FONT, ThreadedChartRenderer } from './chart/threaded-chart-renderer.js';
import { queryTransactionsTool } from './query-transactions/query-transactions.tool.js';
import { searchDocumentsTool } from './search-documents/search-documents.tool.js';
import { MailError } from './send-email-report/mailer.port.js';
import type { Mailer } from './send-email-report/mailer.port.js';
import { sendEmailReportTool } from './send-email-report/send-email-report.tool.js';
import { SmtpMailer } from './send-email-report/smtp-mailer.js';
import { TOOL_RUNNER, ToolRegistry } from './tool-runner.js';
import { BraveSearch } from './web-search/brave.js';
import { TavilySearch } from './web-search/tavily.js';
import { WebSearchError } from './web-search/web-search.port.js';
import type { WebSearch } from './web-search/web-search.port.js';
import { webSearchTool } from './web-search/web-search.tool.js';
import { WikipediaSearch } from './web-search/wikipedia.js';

function mailerOf({ SMTP_URL: url, MAIL_FROM: from }: Config): Mailer | undefined {
  return url === undefined ? undefined : new SmtpMailer({ url, from });
}

/** The search that is asked for, else the first that has a key, else the one that needs none. */
function webSearchOf(config: Config): WebSearch | undefined {
  const { TAVILY_API_KEY: tavily, BRAVE_API_KEY: brave, WEB_SEARCH_BASE_URL: baseUrl } = config;
  const provider = config.WEB_SEARCH_PROVIDER ?? (tavily ? 'tavily' : brave ? 'brave' : 'wikipedia');
  switch (provider) {
    case 'tavily':
      if (tavily === undefined) throw new Error('WEB_SEARCH_PROVIDER is tavily: set TAVILY_API_KEY.');
      return new TavilySearch(tavily, baseUrl);
    case 'brave':
      if (brave === undefined) throw new Error('WEB_SEARCH_PROVIDER is brave: set BRAVE_API_KEY.');
      return new BraveSearch(brave, baseUrl);
    case 'wikipedia':
      return new WikipediaSearch(baseUrl);
    case 'none':
    default:
      return undefined;
  }
}

/** Messages of our own errors hold no words, rows or keys; of others only the name is safe to log. */
function describeFault(error: unknown): string {
  const ours = [DataError, MailError, WebSearchError, ChartError].some((type) => error instanceof type);
  if (error instanceof Error) return ours ? error.message : error.name;
  return 'something that is not an error was thrown';
}

@Module({
  imports: [DatabaseModule],
  providers: [
    ThreadedChartRenderer,
    {
      provide: ArtifactStore,
      inject: [CALL_STORE],
      useFactory: (store: CallStore) => new ArtifactStore(store),
    },
    {
      provide: TOOL_RUNNER,
      inject: [CONFIG, BUSINESS_DATA, CALL_STORE, ArtifactStore, ThreadedChartRenderer],
      useFactory: (
        config: Config,
        data: BusinessData,
        outbox: CallStore,
        artifacts: ArtifactStore,
        renderer: ThreadedChartRenderer,
      ): ToolRegistry => {
        const logger = new Logger('Tools');
        return new ToolRegistry(
          [
            queryTransactionsTool(data),
            sendEmailReportTool({ data, outbox, mailer: mailerOf(config) }),
            searchDocumentsTool(data),
            webSearchTool(webSearchOf(config)),
            generateTransactionChartTool({ data, artifacts, renderer, font: CHART_FONT }),
          ],
          { onFault: (tool, error) => logger.warn(`${tool}: ${describeFault(error)}`) },
        );
      },
    },
  ],
  exports: [TOOL_RUNNER, ArtifactStore],
})
export class ToolsModule implements OnApplicationShutdown {
  constructor(@Inject(ThreadedChartRenderer) private readonly renderer: ThreadedChartRenderer) {}

  onApplicationShutdown(): Promise<void> {
    return this.renderer.close();
  }
}
