import type { OpenAI } from 'openai';
import type { AnswerFormat, ChatMessage, LlmRequest, ToolCall, ToolSpec } from '../llm.port.js';
import { inTurns } from './in-turns.js';

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

const toToolCall = (call: ToolCall): OpenAI.Chat.Completions.ChatCompletionMessageToolCall => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
});

/** None for a message of which nothing was heard: the API refuses one without content and without calls. */
function toAssistantMessages(message: Extract<ChatMessage, { role: 'assistant' }>): Message[] {
  const calls = message.toolCalls ?? [];
  // An ellipsis says that the sentence was cut off, in a form that does no harm when the model imitates it.
  const text = message.interrupted === true && message.text !== '' ? `${message.text}…` : message.text;
  if (calls.length > 0) {
    return [{ role: 'assistant', content: text === '' ? null : text, tool_calls: calls.map(toToolCall) }];
  }
  return text === '' ? [] : [{ role: 'assistant', content: text }];
}

function toMessages(message: ChatMessage): Message[] {
  if (message.role === 'assistant') return toAssistantMessages(message);
  if (message.role === 'tool') return [{ role: 'tool', tool_call_id: message.callId, content: message.content }];
  return [{ role: message.role, content: message.text }];
}

const toTool = (spec: ToolSpec): OpenAI.Chat.Completions.ChatCompletionTool => ({
  type: 'function',
  function: { name: spec.name, description: spec.description, parameters: { ...spec.parameters } },
});

/** Structured output (platform.openai.com/docs/guides/structured-outputs). */
const toFormat = ({ name, schema }: AnswerFormat): OpenAI.ResponseFormatJSONSchema => ({
  type: 'json_schema',
  json_schema: { name, strict: true, schema: { ...schema } },
});

export interface RequestSettings {
  readonly model: string;
  /** OpenAI's newer models refuse `max_tokens`; some compatible servers know nothing else. */
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  /** Whether to ask for the usage; some compatible servers refuse `stream_options`. */
  readonly askForUsage: boolean;
}

/** The body of chat/completions. */
export function toParams(request: LlmRequest, { model, maxTokensField, askForUsage }: RequestSettings): Params {
  const { tools, maxTokens, temperature, format } = request;
  return {
    model,
    stream: true,
    ...(askForUsage ? { stream_options: { include_usage: true } } : {}),
    messages: inTurns(request.messages.flatMap(toMessages)),
    ...(tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...(maxTokens === undefined ? {} : { [maxTokensField]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(format === undefined ? {} : { response_format: toFormat(format) }),
  };
}
