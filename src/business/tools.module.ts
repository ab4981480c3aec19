import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { CALL_STORE } from '../database/calls/call-store.port.js';
import type { CallStore } from '../database/calls/call-store.port.js';
import { DataError } from '../database/data.port.js';
import { Database } from '../database/database.js';
import { DatabaseModule } from '../database/database.module.js';
import { SqlMailQueue } from '../database/mail/sql-mail-queue.js';
import { BUSINESS_RPC } from '../database/rpc/caller-rpc.port.js';
import type { CallerRpc } from '../database/rpc/caller-rpc.port.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { DOCUMENTS } from '../documents/documents.port.js';
import type { Documents } from '../documents/documents.port.js';
import { ArtifactLinks } from '../tools/artifact-links.js';
import { ArtifactStore } from '../tools/artifact-store.js';
import { McpTools } from '../tools/mcp/mcp-tools.js';
import { MailError } from '../tools/mail/mailer.port.js';
import { openMail } from '../tools/mail/open-mail.js';
import type { OpenMail } from '../tools/mail/open-mail.js';
import { TOOL_RUNNER, ToolRegistry } from '../tools/tool-runner.js';
import type { Tool } from '../tools/tool.js';
import { webSearchOf } from '../tools/web-search/web-search-of.js';
import { WebSearchError } from '../tools/web-search/web-search.port.js';
import { BUSINESS } from './business.js';
import type { Business, OpenBusiness } from './business.js';
import { CallerVocabularies } from './caller-vocabulary.js';

const OPEN_BUSINESS = Symbol('OpenBusiness');
const OPEN_MAIL = Symbol('OpenMail');

/** Messages of our own errors hold no words, rows or keys; of others only the name is safe to log. */
function describeFault(error: unknown, { safeErrors = [] }: Business): string {
  const isSafe = [DataError, WebSearchError, MailError, ...safeErrors].some((type) => error instanceof type);
  if (error instanceof Error) return isSafe ? error.message : error.name;
  return 'something that is not an error was thrown';
}

/** The tools of the business, open, and the runner that keeps them to their rules. */
@Module({
  imports: [DatabaseModule, DocumentsModule],
  providers: [
    {
      provide: ArtifactStore,
      inject: [CONFIG, CALL_STORE],
      useFactory: ({ auth: { secret }, ARTIFACT_LINK_TTL_MS: ttlMs }: Config, store: CallStore) =>
        new ArtifactStore(
          store,
          secret === undefined || ttlMs === 0 ? undefined : new ArtifactLinks({ secret, ttlMs }),
        ),
    },
    {
      provide: OPEN_MAIL,
      inject: [CONFIG, Database],
      useFactory: async (config: Config, database: Database): Promise<OpenMail | undefined> => {
        const logger = new Logger('Mail');
        const mail = await openMail(config, new SqlMailQueue(database), (message) => logger.warn(message));
        if (mail !== undefined) database.beforeClose(() => mail.close());
        return mail;
      },
    },
    {
      provide: OPEN_BUSINESS,
      inject: [CONFIG, BUSINESS, BUSINESS_RPC, Database, CALL_STORE, ArtifactStore, OPEN_MAIL, DOCUMENTS],
      useFactory: (
        config: Config,
        business: Business,
        rpc: CallerRpc,
        database: Database,
        store: CallStore,
        artifacts: ArtifactStore,
        mail: OpenMail | undefined,
        documents: Documents,
      ) =>
        business.open({
          config,
          rpc,
          database: config.SUPABASE_URL === undefined ? database : undefined,
          store,
          artifacts,
          mail: mail?.service,
          documents,
          webSearch: webSearchOf(config),
        }),
    },
    {
      provide: CallerVocabularies,
      inject: [BUSINESS, OPEN_BUSINESS],
      useFactory: (business: Business, open: OpenBusiness): CallerVocabularies => {
        const logger = new Logger('Vocabulary');
        const load = open.vocabulary === undefined ? undefined : open.vocabulary.bind(open);
        return new CallerVocabularies(load, (error) => logger.warn(`no names: ${describeFault(error, business)}`));
      },
    },
    {
      provide: McpTools,
      inject: [CONFIG],
      useFactory: ({ mcpServers }: Config): Promise<McpTools> => {
        const logger = new Logger('Mcp');
        return McpTools.open(mcpServers, {
          log: { info: (line) => logger.log(line), warn: (line) => logger.warn(line) },
        });
      },
    },
    {
      provide: TOOL_RUNNER,
      inject: [BUSINESS, OPEN_BUSINESS, McpTools, CALL_STORE],
      useFactory: (business: Business, { tools }: OpenBusiness, mcp: McpTools, effects: CallStore): ToolRegistry => {
        const logger = new Logger('Tools');
        const registry = new ToolRegistry(tools, {
          effects,
          onFault: (tool, error) => logger.warn(`${tool}: ${describeFault(error, business)}`),
        });
        // Whatever a server calls its tools, none takes the place of one of ours.
        const own = new Set(registry.names);
        const add = (found: readonly Tool[]): void => registry.add(found.filter(({ name }) => !own.has(name)));
        add(mcp.tools);
        mcp.onFound(add);
        return registry;
      },
    },
  ],
  exports: [TOOL_RUNNER, ArtifactStore, CallerVocabularies],
})
export class ToolsModule implements OnApplicationShutdown {
  constructor(
    @Inject(OPEN_BUSINESS) private readonly business: OpenBusiness,
    @Inject(McpTools) private readonly mcp: McpTools,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.business.close?.(), this.mcp.close()]);
  }
}
