import type { OpenAI } from 'openai';
import type { ChatMessage, LlmRequest, ToolCall, ToolSpec } from '../llm.port.js';

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

const toToolCall = (call: ToolCall): OpenAI.Chat.Completions.ChatCompletionMessageToolCall => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
});

/** `undefined` for an assistant message of which nothing was heard: the API refuses one without content and calls. */
function toMessage(message: ChatMessage): Message | undefined {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.text };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content };
    case 'assistant': {
      const calls = message.toolCalls ?? [];
      // An ellipsis says that the sentence was cut off, in a form that does no harm when the model imitates it.
      const text = message.interrupted === true && message.text !== '' ? `${message.text}…` : message.text;
      if (calls.length === 0) return text === '' ? undefined : { role: 'assistant', content: text };
      return { role: 'assistant', content: text === '' ? null : text, tool_calls: calls.map(toToolCall) };
    }
  }
}

const toTool = (spec: ToolSpec): OpenAI.Chat.Completions.ChatCompletionTool => ({
  type: 'function',
  function: { name: spec.name, description: spec.description, parameters: { ...spec.parameters } },
});

/**
 * The body of chat/completions.
 *
 * @param maxTokensField OpenAI's newer models refuse `max_tokens`; some compatible servers know nothing else
 */
export function toParams(
  request: LlmRequest,
  model: string,
  maxTokensField: 'max_completion_tokens' | 'max_tokens',
): Params {
  const { tools, maxTokens, temperature } = request;
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: request.messages.map(toMessage).filter((message) => message !== undefined),
    ...(tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...(maxTokens === undefined ? {} : { [maxTokensField]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}
