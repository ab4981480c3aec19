import type { ServerResponse } from 'node:http';
import type { ChatKnobs, ChatPart, ChatScript, SimulatedChatRequest } from './openai-knobs.js';
import { drawMs, Schedule } from './schedule.js';

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
  const deltas: object[] = [{ role: 'assistant', content: '', refusal: null }];
  let calls = 0;
  for (const part of parts) {
    if ('text' in part) deltas.push({ content: part.text });
    if (!('tool' in part)) continue;
    const { tool } = part;
    const index = knobs.withoutToolIndexes === true ? {} : { index: calls };
    const id = knobs.withoutToolIds === true ? {} : { id: tool.id ?? `call_${calls}` };
    calls += 1;
    const pieces = tool.pieces ?? 3;
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

/** Streams one answer of chat/completions. */
export class ChatAnswer {
  private readonly schedule = new Schedule();
  private readonly chunks: string[];
  private readonly wantsUsage: boolean;
  private sent = 0;

  constructor(
    private readonly response: ServerResponse,
    private readonly request: SimulatedChatRequest,
    parts: readonly ChatPart[],
    private readonly knobs: ChatKnobs,
  ) {
    this.wantsUsage = request.stream_options?.include_usage === true && knobs.withoutUsage !== true;
    const raw = parts.flatMap((part) => ('raw' in part ? [part.raw] : []));
    const toChunk = (delta: object) => this.chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
    this.chunks = [...deltasOf(parts, knobs).map(toChunk), ...raw.map((object) => event(object))];
    const called = parts.some((part) => 'tool' in part);
    const reason = knobs.finishReason === undefined ? (called ? 'tool_calls' : 'stop') : knobs.finishReason;
    if (reason !== null) this.chunks.push(this.chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reason }]));
    if (this.wantsUsage) this.chunks.push(this.chunk([], usageOf(request, parts)));
    if (knobs.withoutDone !== true) this.chunks.push('data: [DONE]\n\n');
    response.on('close', () => {
      this.schedule.clear();
    });
  }

  start(): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    this.response.flushHeaders();
    this.schedule.run(drawMs(this.knobs.firstToken), () => {
      this.next();
    });
  }

  private next(): void {
    const { betweenTokens, fault, neverEnds } = this.knobs;
    for (;;) {
      if (fault !== undefined && this.sent === fault.afterChunks) return this.play(fault.kind);
      const chunk = this.chunks[this.sent];
      if (chunk === undefined) {
        if (neverEnds === true) return;
        return this.schedule.run(drawMs(this.knobs.endOfBody), () => this.response.end());
      }
      this.sent += 1;
      this.response.write(chunk);
      if (betweenTokens === undefined || this.sent >= this.chunks.length) continue;
      return this.schedule.run(drawMs(betweenTokens), () => {
        this.next();
      });
    }
  }

  private play(kind: NonNullable<ChatKnobs['fault']>['kind']): void {
    switch (kind) {
      case 'end':
        this.response.end();
        return;
      case 'destroy':
        this.response.socket?.resetAndDestroy();
        return;
      case 'stall':
        return;
      case 'garbage':
        this.response.end('data: <html>502 Bad Gateway</html>\n\n');
        return;
      case 'malformed':
        this.response.end('data: {"choices":"none"}\n\n');
        return;
      case 'error':
        this.response.end(event({ error: { message: 'The server had an error.', type: 'server_error', code: null } }));
        return;
    }
  }

  private chunk(choices: readonly object[], usage?: object): string {
    return event({
      id: 'chatcmpl-simulated',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: this.request.model,
      system_fingerprint: 'fp_simulated',
      choices,
      ...(usage === undefined ? (this.wantsUsage ? { usage: null } : {}) : { usage }),
    });
  }
}

const event = (object: object): string => `data: ${JSON.stringify(object)}\n\n`;

/** A token is about four characters. */
function usageOf(request: SimulatedChatRequest, parts: readonly ChatPart[]): object {
  const prompt = Math.ceil(JSON.stringify(request.messages).length / 4);
  const completion = parts.length;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
