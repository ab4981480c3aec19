import type { Config } from '../../config/config.token.js';
import type { Embedder } from './embedder.port.js';
import { OpenAiEmbedder } from './openai-embedder.js';
import { SentenceEmbedder } from './sentence-embedder.js';

/** The embedding model that is configured; undefined where there is to be none, and documents are found by their words. */
export function embedderOf(config: Config): Embedder | undefined {
  const { EMBEDDINGS_BASE_URL: baseUrl, EMBEDDINGS_API_KEY: apiKey, EMBEDDINGS_MODEL: model } = config;
  const named = baseUrl === undefined && apiKey === undefined ? 'local' : 'openai';
  switch (config.EMBEDDINGS_PROVIDER ?? named) {
    case 'openai':
      return new OpenAiEmbedder({ baseUrl, apiKey, model });
    case 'local':
      return new SentenceEmbedder();
    case 'none':
    default:
      return undefined;
  }
}
