import type { SimulatedChatRequest } from './openai-knobs.js';

// What the strictest servers of chat/completions refuse with 400 in the messages they are given: OpenAI's own, vLLM and
// llama.cpp (which parse the arguments of past calls for the model's template, and whose templates want turns), Mistral's
// (ids, turns).

type Message = SimulatedChatRequest['messages'][number];

interface Call {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown };
}

/** What is wrong with a conversation; undefined when every server takes it. */
export function faultOfHistory(messages: readonly Message[]): string | undefined {
  const seen = new Set<string>();
  let waiting: string[] = [];
  const disorder = faultOfTurns(messages);
  if (disorder !== undefined) return disorder;
  for (const message of messages) {
    if (!isWellFormed(message)) return 'The body holds a lone surrogate.';
    if (message.role === 'tool') {
      const at = waiting.indexOf(message.tool_call_id ?? '');
      if (at < 0) return "Messages with role 'tool' must follow a message with 'tool_calls'.";
      waiting.splice(at, 1);
      if (typeof message.content !== 'string') return "The 'content' of a tool message must be a string.";
      continue;
    }
    if (waiting.length > 0) return 'An assistant message with tool_calls must be followed by their tool messages.';
    const calls = (message.tool_calls ?? []) as readonly Call[];
    if (message.tool_calls !== undefined && calls.length === 0) return "'tool_calls' is too short.";
    if (message.role !== 'assistant' && calls.length > 0) return "Only assistants have 'tool_calls'.";
    if (calls.length === 0 && typeof message.content !== 'string') return "'content' must be a string.";
    for (const call of calls) {
      const fault = faultOfCall(call, seen);
      if (fault !== undefined) return fault;
    }
    waiting = calls.map(({ id }) => String(id));
  }
  if (waiting.length > 0) return 'An assistant message with tool_calls must be followed by their tool messages.';
  const nine = [...seen].filter((id) => /^[a-zA-Z0-9]{9}$/.test(id)).length;
  return nine > 0 && nine < seen.size ? 'A tool call id must be nine letters and digits.' : undefined;
}

/** The templates of Gemma, Qwen and Mistral. A message with calls and its answers are part of the turn before. */
function faultOfTurns(messages: readonly Message[]): string | undefined {
  const talk = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  if (talk.some(({ role }) => role === 'system')) return 'System message must be at the beginning.';
  if (talk.some(({ role }, at) => role === 'user' && talk[at - 1]?.role === 'tool')) {
    return "Unexpected role 'user' after role 'tool'";
  }
  const turns = talk.filter(({ role, tool_calls }) => role !== 'tool' && tool_calls === undefined);
  if (turns.some(({ role }, at) => role !== (at % 2 === 0 ? 'user' : 'assistant'))) {
    return 'Conversation roles must alternate user/assistant/user/assistant/...';
  }
  const last = talk.at(-1)?.role;
  return last === 'user' || last === 'tool' ? undefined : `Expected last role User or Tool but got ${last ?? 'none'}`;
}

function faultOfCall({ id, type, function: called }: Call, seen: Set<string>): string | undefined {
  if (type !== 'function') return "'type' must be 'function'.";
  if (typeof id !== 'string' || id === '' || id.length > 40) return "A tool call's id must have 1 to 40 characters.";
  if (seen.has(id)) return `Duplicate tool call id '${id}'.`;
  seen.add(id);
  if (typeof called?.name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(called.name)) {
    return "'function.name' does not match '^[a-zA-Z0-9_-]{1,64}$'.";
  }
  try {
    const value: unknown = JSON.parse(String(called.arguments));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'Arguments must be an object.';
    return isWellFormed(value) ? undefined : 'The arguments hold a lone surrogate.';
  } catch {
    return 'Arguments must be JSON.';
  }
}

/** Half a character would be written as its escape. */
const isWellFormed = (value: unknown): boolean => !/(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(JSON.stringify(value));
