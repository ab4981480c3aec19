// The language model: reads the conversation so far, streams an answer, asks for tools.
import type { UsageListener } from '../provider/usage.port.js';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The JSON of an object, whose keys and values the tool has yet to check. */
  readonly arguments: string;
  /** What was wrong with the call, for the model: it is not made, and the model is told. */
  readonly fault?: string;
}

/** Ids of calls begin so that no model has made: the platform tells in their results what has become of earlier ones. */
export const NEWS_CALL = 'news_';

export type ChatMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      /** What the caller heard of it; may be empty when the message only calls tools. */
      readonly text: string;
      readonly toolCalls?: readonly ToolCall[];
      /** The caller spoke over it: `text` ends at the last word heard. */
      readonly interrupted?: boolean;
    }
  | { readonly role: 'tool'; readonly callId: string; readonly name: string; readonly content: string };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments (an object). */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** An answer that is one JSON object and nothing else. Who asks has to check it all the same: not every model can be held to it. */
export interface AnswerFormat {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  /** JSON schema of an object, all of whose properties are required, and no others allowed. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface LlmRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  /** Upper bound of the answer, tokens. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** Words, when absent. */
  readonly format?: AnswerFormat;
  /** Where the caller's "today" is, IANA; the process's own time zone without it. */
  readonly timeZone?: string;
  /** Names that the caller may use, by what they are names of. For the planner in this process: no vendor is sent them. */
  readonly vocabulary?: Readonly<Record<string, readonly string[]>>;
  /** Told what each model counted of it. Of an answer that is broken off nobody tells. */
  readonly onUsage?: UsageListener;
}

export interface LlmUsage {
  /** All of them, cached ones too. */
  readonly inputTokens: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens: number;
}

export type LlmPart =
  | { readonly type: 'text'; readonly delta: string }
  /** A complete call: its arguments are all there. */
  | { readonly type: 'tool.call'; readonly call: ToolCall }
  /** Always the last part of a stream that did not fail. */
  | {
      readonly type: 'finished';
      readonly reason: 'stop' | 'tool_calls' | 'length' | 'content_filter';
      readonly usage?: LlmUsage;
    };

export interface LanguageModel {
  readonly name: string;
  /** The vendor's name of what answers, for its price. */
  readonly model?: string | undefined;
  /** Loads what the first call would otherwise wait for. Rejects when the provider cannot be used as configured. */
  warmUp?(): Promise<void>;
  /** Frees what its streams share. Called once, when no stream is open any more. */
  close?(): Promise<void> | void;
  /**
   * Streams one answer. Throws a ProviderError when the provider fails or ends early, and the signal's reason when the
   * signal aborts; it always does one of: yield `finished` last, or throw.
   */
  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart>;
}
