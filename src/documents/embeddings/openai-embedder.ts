import { z } from 'zod';
import { OpenAiClient } from '../../provider/openai-client.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { Embedder } from './embedder.port.js';

export interface OpenAiEmbedderOptions {
  /** With its version: `http(s)://host:port/v1`; OpenAI's own when absent. */
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly model: string;
}

/** Texts in one request, and characters of a text: what the smallest of the usual servers take. */
const BATCH = 64;
const MAX_CHARS = 8000;

const vectorsSchema = z.array(
  z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(1).max(8192) }),
);

/** `POST /embeddings` of OpenAI and of the many servers that speak its wire (Ollama, vLLM, llama.cpp, TEI). */
export class OpenAiEmbedder implements Embedder {
  readonly model: string;
  private readonly client: OpenAiClient;

  constructor({ baseUrl, apiKey, model }: OpenAiEmbedderOptions) {
    this.model = model;
    this.client = new OpenAiClient({ apiKey: apiKey ?? 'none', baseUrl });
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const vectors: (readonly number[])[] = [];
    for (let at = 0; at < texts.length; at += BATCH) {
      vectors.push(...(await this.batch(texts.slice(at, at + BATCH), signal)));
    }
    if (new Set(vectors.map(({ length }) => length)).size > 1) throw unexpected('vectors of several lengths');
    return vectors;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async batch(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const client = await this.client.get();
    let data: unknown;
    try {
      // Floats: not every compatible server knows the SDK's base64.
      const answer = await client.embeddings.create(
        { model: this.model, input: texts.map((text) => text.slice(0, MAX_CHARS)), encoding_format: 'float' },
        { signal },
      );
      data = answer.data;
    } catch (error) {
      signal.throwIfAborted();
      throw fromOpenAiError('embeddings', error);
    }
    const read = vectorsSchema.safeParse(data);
    if (!read.success || read.data.length !== texts.length) throw unexpected('no vector for each text');
    return read.data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  }
}

const unexpected = (what: string) =>
  new ProviderError(`embeddings: ${what}`, { provider: 'embeddings', code: 'protocol', retryable: false });
