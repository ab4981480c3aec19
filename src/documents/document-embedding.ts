import type { Logger } from '@nestjs/common';
import type { Caller } from '../identity/caller.port.js';
import { CLAIM_MS, type DocumentVectors } from './embeddings/document-vectors.js';

/** Embeds what has no vectors beside the calls, where there is a model. */
export class DocumentEmbedding {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private again: NodeJS.Timeout | undefined;

  constructor(
    private readonly vectors: DocumentVectors | undefined,
    private readonly logger: Pick<Logger, 'log' | 'warn'>,
  ) {}

  /** What there is, and once more when the claims of a server that was killed are over. */
  beginAtBoot(caller: Caller): void {
    this.begin(caller);
    this.again = setTimeout(() => this.begin(caller), CLAIM_MS + 10_000).unref();
  }

  /** With the rights of an admin. Never throws; a failure is logged, and what is left is tried again the next time. */
  begin(caller: Caller): void {
    if (this.vectors === undefined) return;
    const work = this.vectors.embedMissing(caller, this.stopping.signal).then(
      (chunks) => {
        if (chunks > 0) this.logger.log(`${chunks} chunks of documents have been embedded.`);
      },
      (error: unknown) => {
        if (this.stopping.signal.aborted) return;
        const why = error instanceof Error ? error.message : 'unknown';
        this.logger.warn(`Documents are not embedded and are found by their words only: ${why}`);
      },
    );
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.again);
    await this.settled();
  }
}
