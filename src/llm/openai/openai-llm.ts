// OpenAI's chat completions, and every API that speaks the same wire, behind the LanguageModel port.
import { closedEarlyError, protocolError } from '../../provider/failure.js';
import { OpenAiClient } from '../../provider/openai-client.js';
import type { OpenAiConnection } from '../../provider/openai-client.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { AnswerMapper } from './map-event.js';
import { toParams } from './map-request.js';
import { TokenWait } from './token-wait.js';
import type { TokenDeadlines } from './token-wait.js';
import { chunkSchema } from './wire.schema.js';
import type { Chunk } from './wire.schema.js';

export interface OpenAiLlmOptions extends OpenAiConnection, TokenDeadlines {
  readonly model: string;
  /** Some compatible servers know `max_tokens` only; OpenAI's newer models refuse it. */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens';
}

export class OpenAiLanguageModel implements LanguageModel {
  readonly name = 'openai';
  private readonly client: OpenAiClient;

  constructor(private readonly options: OpenAiLlmOptions) {
    this.client = new OpenAiClient(options);
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
    signal.throwIfAborted();
    const answer = new AnswerMapper();
    const wait = new TokenWait(this.name, this.options);
    const onAbort = (): void => {
      wait.cancel();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    let isRead = false;
    try {
      const client = await this.client.get();
      signal.throwIfAborted();
      const { model, maxTokensField } = this.options;
      const params = toParams(request, model, maxTokensField ?? 'max_completion_tokens');
      const chunks = await client.chat.completions.create(params, { signal: wait.signal });
      for await (const chunk of chunks) {
        const parts = answer.map(parseChunk(this.name, chunk));
        wait.chunkCame(answer);
        for (const part of parts) {
          wait.pause();
          yield part;
          signal.throwIfAborted();
        }
        wait.resume();
      }
      isRead = true;
    } catch (error) {
      signal.throwIfAborted();
      if (!answer.isFinished) throw wait.expired ?? fromOpenAiError(this.name, error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      wait.stop();
      if (!isRead) wait.cancel();
    }
    // An abort ends the SDK's loop without a word, and so does a body that stops short.
    signal.throwIfAborted();
    const finished = answer.end();
    if (finished === undefined) throw wait.expired ?? closedEarlyError(this.name, 'the answer');
    yield finished;
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.client.get();
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.client.close();
  }
}

function parseChunk(provider: string, chunk: unknown): Chunk {
  const parsed = chunkSchema.safeParse(chunk);
  if (parsed.success) return parsed.data;
  throw protocolError(provider, `a chunk with a bad '${parsed.error.issues[0]?.path.join('.') ?? ''}'`);
}
