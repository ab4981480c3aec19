import type { SimulatedBlock, SimulatedMessagesRequest } from './anthropic-knobs.js';

// What Anthropic refuses with 400 (docs.claude.com/en/api/messages, .../tool-use), as far as an adapter can get it wrong.

const blocksOf = (content: string | readonly SimulatedBlock[]): readonly SimulatedBlock[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

const ID = /^[\w-]+$/;

/** What every simulated thought is signed with. */
export const SIGNATURE = 'c2lnbmVk';

/** What a model that thinks refuses: its calls without its thoughts, whole and signed. */
export function faultOfThoughts({ messages }: SimulatedMessagesRequest): string | undefined {
  for (const [at, { content }] of messages.entries()) {
    const blocks = blocksOf(content);
    const [first] = blocks;
    if (!blocks.some(({ type }) => type === 'tool_use')) continue;
    if (first?.type !== 'thinking')
      return `messages.${at}.content.0.type: Expected \`thinking\`, but found \`${first?.type}\`.`;
    if (first.signature !== SIGNATURE) return `messages.${at}.content.0: Invalid \`signature\` in \`thinking\` block`;
  }
  return undefined;
}

/** Why the request is refused; undefined when it is not. */
export function faultOf(request: SimulatedMessagesRequest): string | undefined {
  const { messages, tools = [], max_tokens: maxTokens } = request;
  if (request.stream !== true) return 'Only streams are simulated.';
  if (maxTokens === undefined || maxTokens < 1) return 'max_tokens: Field required';
  if (request.temperature !== undefined) return '`temperature` is deprecated for this model.';
  if (messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (messages.at(-1)?.role !== 'user') return 'This model does not support assistant message prefill.';
  if (tools.some(({ input_schema: schema }) => schema?.type !== 'object')) return 'tools.0.input_schema.type: required';
  let waiting = new Set<string>();
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant') return `messages.${at}: role '${role}' is not supported on this model`;
    const blocks = blocksOf(content);
    if (blocks.length === 0) return `messages.${at}: content must not be empty`;
    const fault = faultOfBlocks(at, role, blocks, waiting);
    if (fault !== undefined) return fault;
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    if (calls.length > 0 && tools.length === 0) return 'Requests which include `tool_use` blocks must define tools.';
    waiting = new Set(calls.map(({ id }) => id ?? ''));
  }
  return undefined;
}

function faultOfBlocks(
  at: number,
  role: 'user' | 'assistant',
  blocks: readonly SimulatedBlock[],
  waiting: ReadonlySet<string>,
): string | undefined {
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const answered = new Set(results.map(({ tool_use_id: id }) => id ?? ''));
  if ([...waiting].some((id) => !answered.has(id))) {
    return `messages.${at}: tool_use ids were found without tool_result blocks immediately after`;
  }
  if ([...answered].some((id) => !waiting.has(id)) || answered.size !== results.length) {
    return `messages.${at}: unexpected tool_use_id found in tool_result blocks`;
  }
  if (blocks.slice(0, results.length).some(({ type }) => type !== 'tool_result')) {
    return `messages.${at}: tool_result blocks must come first`;
  }
  for (const { type, text, id, input } of blocks) {
    if (type === 'text' && (text ?? '').trim() === '') return `messages.${at}: text content blocks must be non-empty`;
    if (type === 'tool_use' && role === 'user') return `messages.${at}: tool_use blocks are the assistant's`;
    if (type === 'tool_result' && role === 'assistant') return `messages.${at}: tool_result blocks are the user's`;
    if (type !== 'tool_use') continue;
    if (!ID.test(id ?? '')) return `messages.${at}: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return `messages.${at}: tool_use.input: Input should be a valid dictionary`;
    }
  }
  return undefined;
}
