import type { ServerResponse } from 'node:http';
import type { MessageKnobs, MessagePart, SimulatedMessagesRequest } from './anthropic-knobs.js';
import { SIGNATURE } from './anthropic-rules.js';
import { EventStream } from './event-stream.js';
import type { StreamWire } from './event-stream.js';

/** Anthropic names every event twice: in the `event:` line and in the data. */
const event = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const wireOf = (knobs: MessageKnobs): StreamWire => ({
  garbage: 'event: content_block_delta\ndata: <html>502 Bad Gateway</html>\n\n',
  malformed: event({ type: 'content_block_delta', index: 'none' } as { type: string }),
  error: event({
    type: 'error',
    error: { type: knobs.errorType ?? 'overloaded_error', message: 'Overloaded' },
  } as { type: string }),
});

/** Cuts a text into `pieces` of about the same length. */
function cut(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

interface Block {
  readonly start: object;
  readonly deltas: object[];
}

/** Texts in a row are one block, everything else is one of its own. */
function blocksOf(parts: readonly MessagePart[]): Block[] {
  const blocks: Block[] = [];
  let calls = 0;
  let text: Block | undefined;
  for (const part of parts) {
    if ('text' in part) {
      if (text === undefined) {
        text = { start: { type: 'text', text: '' }, deltas: [] };
        blocks.push(text);
      }
      text.deltas.push({ type: 'text_delta', text: part.text });
      continue;
    }
    text = undefined;
    if ('thinking' in part) {
      const deltas = [
        { type: 'thinking_delta', thinking: part.thinking },
        { type: 'signature_delta', signature: SIGNATURE },
      ];
      blocks.push({ start: { type: 'thinking', thinking: '', signature: '' }, deltas });
    }
    if ('tool' in part) {
      const { id = `toolu_${calls}`, name, arguments: args, pieces = 3 } = part.tool;
      calls += 1;
      // The first delta is empty, as Anthropic's is.
      const deltas = ['', ...cut(args, pieces)].map((partial_json) => ({ type: 'input_json_delta', partial_json }));
      blocks.push({ start: { type: 'tool_use', id, name, input: {} }, deltas });
    }
  }
  return blocks;
}

/** A token is about four characters. */
const tokensOf = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);

function eventsOf(request: SimulatedMessagesRequest, parts: readonly MessagePart[], knobs: MessageKnobs): string[] {
  const { cachedTokens = 0, stopReason, withoutUsage } = knobs;
  const input = tokensOf(request.messages);
  const usage = {
    input_tokens: Math.max(0, input - cachedTokens),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: 1,
  };
  const message = {
    id: 'msg_simulated',
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(withoutUsage === true ? {} : { usage }),
  };
  const raw = parts.flatMap((part) => ('raw' in part ? [part.raw] : []));
  const called = parts.some((part) => 'tool' in part);
  const delta = {
    type: 'message_delta',
    delta: { stop_reason: stopReason ?? (called ? 'tool_use' : 'end_turn'), stop_sequence: null },
    ...(withoutUsage === true ? {} : { usage: { output_tokens: parts.length } }),
  };
  const data: { readonly type: string }[] = [
    { type: 'message_start', message } as { type: string },
    ...blocksOf(parts).flatMap(({ start, deltas }, index) => [
      { type: 'content_block_start', index, content_block: start },
      ...deltas.map((one) => ({ type: 'content_block_delta', index, delta: one })),
      { type: 'content_block_stop', index },
    ]),
    ...raw,
    ...(stopReason === null ? [] : [delta]),
    ...(knobs.withoutStop === true ? [] : [{ type: 'message_stop' }]),
  ];
  const novelty = { type: 'message_mood', mood: 'calm' };
  return data.flatMap((one) => [
    ...(knobs.pings === true ? [event({ type: 'ping' })] : []),
    ...(knobs.novelties === true ? [event(novelty)] : []),
    event(one),
  ]);
}

/** One answer of `POST /v1/messages`, ready to be streamed. */
export const messageAnswer = (
  response: ServerResponse,
  request: SimulatedMessagesRequest,
  parts: readonly MessagePart[],
  knobs: MessageKnobs,
): EventStream => new EventStream(response, eventsOf(request, parts, knobs), wireOf(knobs), knobs);
