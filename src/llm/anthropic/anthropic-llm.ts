// Anthropic's Messages API behind the LanguageModel port.
import { readAnswer } from '../common/answer-stream.js';
import type { TokenDeadlines } from '../common/token-wait.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { AnthropicClient } from './anthropic-client.js';
import type { AnthropicConnection } from './anthropic-client.js';
import { fromAnthropicError } from './anthropic-error.js';
import { MessageMapper } from './map-event.js';
import { toParams } from './map-request.js';
import { Thoughts } from './thoughts.js';

export interface AnthropicLlmOptions extends AnthropicConnection, TokenDeadlines {
  readonly model: string;
  /** Bound of an answer when the request has none, tokens. */
  readonly maxTokens?: number;
  /**
   * `off` (the default) asks the model not to think before it speaks, because a caller hears that as silence. `model` leaves
   * it to the model, for those that refuse `off`.
   */
  readonly thinking?: 'off' | 'model';
}

/** A spoken answer is far shorter; a model that thinks needs the room. */
const MAX_TOKENS = 4096;

export class AnthropicLanguageModel implements LanguageModel {
  readonly name = 'anthropic';
  readonly model: string;
  private readonly client: AnthropicClient;
  private readonly thoughts = new Thoughts();

  constructor(private readonly options: AnthropicLlmOptions) {
    this.model = options.model;
    this.client = new AnthropicClient(options);
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
    const { model, maxTokens = MAX_TOKENS, thinking = 'off' } = this.options;
    const thoughtsOf = (callIds: readonly string[]) => this.thoughts.of(callIds);
    const params = toParams(request, { model, defaultMaxTokens: maxTokens, thinking, thoughtsOf });
    const answer = new MessageMapper(this.name);
    const parts = readAnswer(
      {
        provider: this.name,
        deadlines: this.options,
        answer,
        open: async (ended) => {
          const client = await this.client.get();
          ended.throwIfAborted();
          return client.messages.create(params, { signal: ended });
        },
        toError: (error) => fromAnthropicError(this.name, error),
      },
      signal,
    );
    for await (const part of parts) {
      if (part.type === 'tool.call') this.thoughts.keep([part.call.id], answer.thoughts);
      yield part;
    }
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
