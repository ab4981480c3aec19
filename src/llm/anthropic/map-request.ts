import type Anthropic from '@anthropic-ai/sdk';
import type { ChatMessage, LlmRequest, ToolCall, ToolSpec } from '../llm.port.js';
import { BEGIN, GO_ON, spoken, unspoken } from '../common/unspoken.js';
import type { Thought } from './thoughts.js';

// The port's conversation as Anthropic's Messages API wants it: one system prompt apart from the messages; messages of the
// user and the assistant in turns, the user first and last; every tool_use answered in the very next user message, with
// the results before any text.

type Message = Anthropic.Messages.MessageParam;
type Role = 'user' | 'assistant';
type Block =
  | Anthropic.Messages.TextBlockParam
  | Anthropic.Messages.ToolUseBlockParam
  | Anthropic.Messages.ToolResultBlockParam
  | Thought;

export interface RequestSettings {
  readonly model: string;
  /** The API wants a bound; used when the request has none, tokens. */
  readonly defaultMaxTokens: number;
  readonly thinking: 'off' | 'model';
  /** What the model thought before these calls of one message. */
  readonly thoughtsOf?: ThoughtsOf;
}

type ThoughtsOf = (callIds: readonly string[]) => readonly Thought[];

/** Ids that other models or servers have made may hold characters that this API refuses. */
const toId = (id: string): string => id.replaceAll(/[^\w-]/g, '_');

/** The API takes an object only; what the model wrote wrong it may see as it was. */
function toInput(call: ToolCall): object {
  const asWritten = { not_an_object: call.arguments };
  try {
    const parsed: unknown = JSON.parse(call.arguments);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : asWritten;
  } catch {
    return asWritten;
  }
}

/** The API refuses blank texts. */
const toText = (text: string): Block[] => (text.trim() === '' ? [] : [{ type: 'text', text }]);

function toBlocks(message: ChatMessage, thoughtsOf: ThoughtsOf): Block[] {
  switch (message.role) {
    case 'system':
      return message.text.trim() === '' ? [] : toText(unspoken(message.text));
    case 'user':
      return toText(spoken(message.text));
    case 'tool':
      return [{ type: 'tool_result', tool_use_id: toId(message.callId), content: message.content }];
    case 'assistant':
    default: {
      // An ellipsis says that the sentence was cut off, in a form that does no harm when the model imitates it.
      const isCut = message.interrupted === true && message.text.trim() !== '';
      const calls = (message.toolCalls ?? []).map((call): Block => ({
        type: 'tool_use',
        id: toId(call.id),
        name: call.name,
        input: toInput(call),
      }));
      const thoughts = thoughtsOf((message.toolCalls ?? []).map(({ id }) => id));
      return [...thoughts, ...toText(isCut ? `${message.text}…` : message.text), ...calls];
    }
  }
}

interface Turn {
  readonly role: Role;
  readonly content: Block[];
}

/** Messages of one role in a row become one; the user is first and last. */
function toMessages(messages: readonly ChatMessage[], thoughtsOf: ThoughtsOf): Message[] {
  const turns: Turn[] = [];
  const add = (role: Role, blocks: readonly Block[]): void => {
    if (blocks.length === 0) return;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  };
  if (messages[0]?.role === 'assistant' || messages.length === 0) add('user', toText(BEGIN));
  for (const message of messages)
    add(message.role === 'assistant' ? 'assistant' : 'user', toBlocks(message, thoughtsOf));
  // Newer models refuse to go on with words that are put into their mouth.
  if (turns.at(-1)?.role !== 'user') add('user', toText(turns.length === 0 ? BEGIN : GO_ON));
  return turns;
}

const toTool = ({ name, description, parameters }: ToolSpec): Anthropic.Messages.Tool => ({
  name,
  description,
  input_schema: { ...parameters, type: 'object' },
});

/** The tools, and those that are only spoken of: the API refuses a conversation with calls of tools it is not given. */
function toTools({ tools, messages }: LlmRequest): Partial<Anthropic.Messages.MessageCreateParamsStreaming> {
  if (tools.length > 0) return { tools: tools.map(toTool) };
  const names = new Set(
    messages
      .flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
      .map(({ name }) => name),
  );
  if (names.size === 0) return {};
  const past = [...names].map((name) => toTool({ name, description: 'Not available any more.', parameters: {} }));
  return { tools: past, tool_choice: { type: 'none' } };
}

/**
 * The body of a request for one answer. The request's temperature is left out: current models refuse any but their own
 * (the SDK has dropped the field).
 */
export function toParams(
  request: LlmRequest,
  { model, defaultMaxTokens, thinking, thoughtsOf = () => [] }: RequestSettings,
): Anthropic.Messages.MessageCreateParamsStreaming {
  const first = request.messages.findIndex(({ role }) => role !== 'system');
  const system = request.messages.slice(0, first < 0 ? undefined : first);
  const rest = first < 0 ? [] : request.messages.slice(first);
  const prompt = system
    .map((message) => ('text' in message ? message.text.trim() : ''))
    .filter((text) => text !== '')
    .join('\n\n');
  return {
    model,
    stream: true,
    max_tokens: request.maxTokens ?? defaultMaxTokens,
    ...(prompt === '' ? {} : { system: prompt }),
    messages: toMessages(rest, thoughtsOf),
    ...toTools(request),
    ...(request.format === undefined
      ? {}
      : { output_config: { format: { type: 'json_schema', schema: { ...request.format.schema } } } }),
    ...(thinking === 'off' ? { thinking: { type: 'disabled' } } : {}),
  };
}
