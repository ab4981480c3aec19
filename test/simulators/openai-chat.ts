import type { ServerResponse } from 'node:http';
import { EventStream } from './event-stream.js';
import type { StreamWire } from './event-stream.js';
import type { ChatKnobs, ChatPart, ChatScript, SimulatedChatRequest } from './openai-knobs.js';

const DEFAULT_WORDS = 40;

/** The default answer: so many words, for load. */
export const fixedReply =
  (words = DEFAULT_WORDS): ChatScript =>
  () =>
    Array.from({ length: words }, (_, index) => ({
      text: `${index === 0 ? '' : ' '}word${(index + 1) % 10 === 0 ? '.' : ''}`,
    }));

/** Cuts a text into `pieces` of about the same length. */
function cut(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

/** The deltas of an answer, as OpenAI cuts them: a role, contents, and tool calls by index. */
function deltasOf(parts: readonly ChatPart[], knobs: ChatKnobs): object[] {
  const deltas: object[] = [{ role: 'assistant', content: knobs.nullContent === true ? null : '', refusal: null }];
  let calls = 0;
  for (const part of parts) {
    if ('text' in part) deltas.push({ content: part.text });
    if (!('tool' in part)) continue;
    const { tool } = part;
    const index = knobs.withoutToolIndexes === true ? {} : { index: calls };
    const id = knobs.withoutToolIds === true ? {} : { id: tool.id ?? `call_${calls}` };
    calls += 1;
    const pieces = knobs.wholeToolCalls === true ? 1 : (tool.pieces ?? 3);
    const first = pieces === 1 ? tool.arguments : '';
    deltas.push({
      tool_calls: [{ ...index, ...id, type: 'function', function: { name: tool.name, arguments: first } }],
    });
    if (pieces === 1) continue;
    for (const piece of cut(tool.arguments, pieces)) {
      deltas.push({ tool_calls: [{ ...index, function: { arguments: piece } }] });
    }
  }
  return deltas;
}

const WIRE: StreamWire = {
  garbage: 'data: <html>502 Bad Gateway</html>\n\n',
  malformed: 'data: {"choices":"none"}\n\n',
  error: event({ error: { message: 'The server had an error.', type: 'server_error', code: null } }),
};

/** One answer of chat/completions, ready to be streamed. */
export function chatAnswer(
  response: ServerResponse,
  request: SimulatedChatRequest,
  parts: readonly ChatPart[],
  knobs: ChatKnobs,
): EventStream {
  const wantsUsage = request.stream_options?.include_usage === true && knobs.withoutUsage !== true;
  const chunk = (choices: readonly object[], usage?: object): string =>
    event({
      id: 'chatcmpl-simulated',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: request.model,
      system_fingerprint: 'fp_simulated',
      choices,
      ...(usage === undefined ? (wantsUsage ? { usage: null } : {}) : { usage }),
      ...knobs.extraFields,
    });
  const toChunk = (delta: object) => chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  const raw = parts.flatMap((part) => ('raw' in part ? [part.raw] : []));
  const called = parts.some((part) => 'tool' in part);
  const reason = knobs.finishReason === undefined ? (called ? 'tool_calls' : 'stop') : knobs.finishReason;
  const events = [
    ...deltasOf(parts, knobs).map(toChunk),
    ...raw.map((object) => event(object)),
    ...(reason === null ? [] : [chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reason }])]),
    ...(wantsUsage ? [chunk([], usageOf(request, parts))] : []),
    ...(knobs.withoutDone === true ? [] : ['data: [DONE]\n\n']),
  ];
  const commented = knobs.comments === true ? events.map((text) => `: keep-alive\n\n${text}`) : events;
  return new EventStream(response, commented, WIRE, knobs);
}

/** The same answer as one object: what a server sends that does not stream. */
export function wholeAnswer(request: SimulatedChatRequest, parts: readonly ChatPart[], knobs: ChatKnobs): string {
  const content = parts.map((part) => ('text' in part ? part.text : '')).join('');
  const tools = parts.flatMap((part) => ('tool' in part ? [part.tool] : []));
  const calls = tools.map(({ id, name, arguments: args }, n) => ({
    id: id ?? `call_${n}`,
    type: 'function',
    function: { name, arguments: args },
  }));
  const message = { role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  const reason = knobs.finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  return JSON.stringify({
    id: 'chatcmpl-simulated',
    object: 'chat.completion',
    model: request.model,
    choices: [{ index: 0, message, finish_reason: reason }],
    usage: usageOf(request, parts),
  });
}

function event(object: object): string {
  return `data: ${JSON.stringify(object)}\n\n`;
}

/** A token is about four characters. */
function usageOf(request: SimulatedChatRequest, parts: readonly ChatPart[]): object {
  const prompt = Math.ceil(JSON.stringify(request.messages).length / 4);
  const completion = parts.length;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
