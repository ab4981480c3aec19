import type { Config } from '../config/config.token.js';
import { embedderOf } from '../documents/embeddings/embedder-of.js';
import { advice } from './advice.js';
import type { Check } from './check.js';
import type { AskDatabase } from './database-checks.js';

/** By what documents are found: docs/documents.md. */
export function documentsCheck(config: Config, ask: AskDatabase): Check {
  const hasModel = embedderOf(config) !== undefined;
  return {
    name: 'documents',
    run: async () => {
      if (config.data.business === 'supabase') {
        return 'on Supabase, found by words; by spelling and meaning too where `select extname from pg_extension` names pg_trgm and vector';
      }
      const extensions = await ask().then(
        (facts) => facts.extensions,
        // The line of the database says what is wrong with it.
        () => undefined,
      );
      if (extensions === undefined) return 'found by words; the database does not say by what else';
      const spelling = extensions.includes('pg_trgm') ? 'by spelling (pg_trgm)' : 'by spelling (slowly: no pg_trgm)';
      if (!hasModel) return `found by words and ${spelling}; not by meaning: EMBEDDINGS_PROVIDER is none`;
      return extensions.includes('vector')
        ? `found by words, ${spelling} and by meaning (pgvector)`
        : `found by words and ${spelling}; not by meaning: the database has no pgvector ("create extension vector")`;
    },
  };
}

/** Whether the embedding model answers, and with what: one short text is sent. None when there is to be no model. */
export function embeddingsChecks(config: Config): readonly Check[] {
  const embedder = embedderOf(config);
  if (embedder === undefined) return [];
  return [
    {
      name: `embeddings ${embedder.model}`,
      run: async (signal) => {
        try {
          const [vector = []] = await embedder.embed(['Refunds'], signal);
          return `${vector.length} numbers`;
        } finally {
          await embedder.close();
        }
      },
      advise: (error) => `${advice('embeddings', error)} Until then documents are found by their words.`,
    },
  ];
}
