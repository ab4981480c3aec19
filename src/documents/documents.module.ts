import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { RestModule } from '../rest/rest.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { DatabaseModule } from '../database/database.module.js';
import { BUSINESS_RPC } from '../database/rpc/caller-rpc.port.js';
import type { CallerRpc } from '../database/rpc/caller-rpc.port.js';
import type { Caller } from '../identity/caller.port.js';
import { DocumentEmbedding } from './document-embedding.js';
import { DocumentStore } from './document-store.js';
import { DocumentsController } from './documents.controller.js';
import { DOCUMENTS, SYNONYMS } from './documents.port.js';
import type { Documents } from './documents.port.js';
import { DocumentVectors } from './embeddings/document-vectors.js';
import { embedderOf } from './embeddings/embedder-of.js';
import type { Embedder } from './embeddings/embedder.port.js';
import { DocumentSearch } from './search/document-search.js';

const EMBEDDER = Symbol('Embedder');
const SERVER: Caller = { userId: 'documents', claims: { admin: true }, accessToken: '' };

/** The documents: the admins' endpoint, and the search of the tools. */
@Module({
  imports: [RestModule, DatabaseModule],
  controllers: [DocumentsController],
  providers: [
    { provide: EMBEDDER, inject: [CONFIG], useFactory: (config: Config) => embedderOf(config) },
    {
      provide: DocumentStore,
      inject: [BUSINESS_RPC],
      useFactory: (rpc: CallerRpc) => new DocumentStore(rpc),
    },
    {
      provide: DocumentEmbedding,
      inject: [BUSINESS_RPC, EMBEDDER],
      useFactory: (rpc: CallerRpc, embedder: Embedder | undefined) => {
        const vectors = embedder === undefined ? undefined : new DocumentVectors(rpc, embedder);
        return new DocumentEmbedding(vectors, new Logger('Documents'));
      },
    },
    {
      provide: DOCUMENTS,
      inject: [BUSINESS_RPC, EMBEDDER, SYNONYMS, CONFIG],
      useFactory: (
        rpc: CallerRpc,
        embedder: Embedder | undefined,
        synonyms: readonly string[],
        { EMBEDDINGS_TIMEOUT_MS: embedMs }: Config,
      ): Documents => {
        const logger = new Logger('Documents');
        return new DocumentSearch(rpc, { embedder, synonyms, embedMs, warn: (line) => logger.warn(line) });
      },
    },
  ],
  exports: [DOCUMENTS],
})
export class DocumentsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(EMBEDDER) private readonly embedder: Embedder | undefined,
    @Inject(DocumentEmbedding) private readonly embedding: DocumentEmbedding,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Documents of a seed, or of before the model. On Supabase nobody has the right to that but an admin who adds some. */
  onApplicationBootstrap(): void {
    if (this.config.data.business !== 'supabase') this.embedding.beginAtBoot(SERVER);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.embedding.stop();
    await this.embedder?.close();
  }
}
