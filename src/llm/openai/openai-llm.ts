// OpenAI's chat completions, and every API that speaks the same wire, behind the LanguageModel port.
import { OpenAiClient } from '../../provider/openai-client.js';
import type { OpenAiConnection } from '../../provider/openai-client.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import { readAnswer } from '../common/answer-stream.js';
import type { TokenDeadlines } from '../common/token-wait.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { AnswerMapper } from './map-event.js';
import { toParams } from './map-request.js';
import type { RequestSettings } from './map-request.js';

const OPENAI = 'openai';

export interface OpenAiLlmOptions
  extends OpenAiConnection, TokenDeadlines, Partial<Omit<RequestSettings, 'model'>>, Pick<RequestSettings, 'model'> {}

export class OpenAiLanguageModel implements LanguageModel {
  readonly name = OPENAI;
  readonly model: string;
  private readonly client: OpenAiClient;

  constructor(private readonly options: OpenAiLlmOptions) {
    this.model = options.model;
    this.client = new OpenAiClient(options);
  }

  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
    const { model, maxTokensField = 'max_completion_tokens', askForUsage = true } = this.options;
    const params = toParams(request, { model, maxTokensField, askForUsage });
    return readAnswer(
      {
        provider: this.name,
        deadlines: this.options,
        answer: new AnswerMapper(this.name),
        open: async (ended) => {
          const client = await this.client.get();
          ended.throwIfAborted();
          return client.chat.completions.create(params, { signal: ended });
        },
        toError: (error) => fromOpenAiError(this.name, error),
      },
      signal,
    );
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
