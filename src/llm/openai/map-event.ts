import { protocolError } from '../../provider/failure.js';
import { boundedArguments, MAX_CALLS } from '../../bounds/texts.port.js';
import type { Answer } from '../common/answer-stream.js';
import type { LlmPart, LlmUsage, ToolCall } from '../llm.port.js';
import { chunkSchema } from './wire.schema.js';
import type { Message, ToolCallDelta } from './wire.schema.js';

// Chunks of a chat/completions stream to the port's parts. Pure but for the answer's own state, which it holds.

interface CallInProgress {
  id: string;
  name: string;
  arguments: string;
  readonly index: number | undefined;
}

type FinishReason = Extract<LlmPart, { type: 'finished' }>['reason'];

function toFinishReason(reason: string, hasCalls: boolean): FinishReason {
  if (reason === 'length' || reason === 'content_filter') return reason;
  // Some servers say "stop" although they call tools; "function_call" is the old name.
  return hasCalls ? 'tool_calls' : 'stop';
}

/** Puts one answer together. */
export class AnswerMapper implements Answer {
  private readonly calls: CallInProgress[] = [];
  private reason: FinishReason | undefined;
  private usage: LlmUsage | undefined;
  private hasText = false;
  private hasThought = false;

  /** @param provider whom errors name */
  constructor(private readonly provider: string) {}

  /** Text comes out at once, tool calls when the model has finished writing them all. */
  map(received: unknown): LlmPart[] {
    const parsed = chunkSchema.safeParse(received);
    if (!parsed.success) {
      throw protocolError(this.provider, `a chunk with a bad '${parsed.error.issues[0]?.path.join('.') ?? ''}'`);
    }
    const chunk = parsed.data;
    if (chunk.usage !== undefined && chunk.usage !== null) {
      const cached = chunk.usage.prompt_tokens_details?.cached_tokens;
      this.usage = {
        inputTokens: chunk.usage.prompt_tokens ?? 0,
        ...(typeof cached === 'number' ? { cachedInputTokens: cached } : {}),
        outputTokens: chunk.usage.completion_tokens ?? 0,
      };
    }
    const choice = chunk.choices?.[0];
    if (choice === undefined || this.reason !== undefined) return [];
    const parts: LlmPart[] = [];
    const said: Message = choice.delta ?? choice.message ?? {};
    for (const text of [said.content, said.refusal]) {
      if (typeof text === 'string') parts.push(...this.say(text));
    }
    this.hasThought ||= [said.reasoning_content, said.reasoning, said.thinking].some((thought) => isThought(thought));
    for (const delta of said.tool_calls ?? []) this.addToCall(delta);
    if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '') {
      parts.push(...this.finish(choice.finish_reason));
    }
    return parts;
  }

  /** Whether the model has said that it is done; only the usage may still come. */
  get isFinished(): boolean {
    return this.reason !== undefined;
  }

  /** Whether a token has come: text, a thought or the beginning of a tool call. */
  get hasToken(): boolean {
    return this.hasText || this.hasThought || this.calls.length > 0;
  }

  /** The last part; `undefined` when the stream ended without a finish_reason. */
  end(): LlmPart | undefined {
    if (this.reason === undefined) return undefined;
    return { type: 'finished', reason: this.reason, ...(this.usage === undefined ? {} : { usage: this.usage }) };
  }

  private say(text: string): LlmPart[] {
    if (text === '') return [];
    this.hasText = true;
    return [{ type: 'text', delta: text }];
  }

  private finish(reason: string): LlmPart[] {
    this.reason = toFinishReason(reason, this.calls.length > 0);
    // Cut off by the length limit, the last call's arguments are not all there.
    const complete = this.reason === 'length' ? this.calls.slice(0, -1) : this.calls;
    return complete.map((call) => ({ type: 'tool.call', call: toToolCall(call) }));
  }

  private addToCall(delta: ToolCallDelta): void {
    const call = this.callOf(delta);
    const { name, arguments: args } = delta.function ?? {};
    if (call.name === '' && typeof name === 'string') call.name = name;
    if (typeof args === 'string') call.arguments = boundedArguments(call.arguments, args);
    else if (args !== null && args !== undefined) call.arguments = JSON.stringify(args);
  }

  /**
   * The call that a delta belongs to: the one of its index; without an index, the one under way. A new id begins a new
   * call whatever its index is, because some servers number every call 0.
   */
  private callOf(delta: ToolCallDelta): CallInProgress {
    const index = delta.index ?? undefined;
    const id = delta.id ?? '';
    const same = index === undefined ? this.calls.at(-1) : this.calls.findLast((call) => call.index === index);
    const isNew =
      same === undefined ||
      (id !== '' && same.id !== '' && id !== same.id) ||
      (index === undefined && id === '' && typeof delta.function?.name === 'string' && delta.function.name !== '');
    if (!isNew) {
      if (same.id === '') same.id = id;
      return same;
    }
    const call: CallInProgress = { id, name: '', arguments: '', index };
    // What comes behind far too many goes nowhere.
    if (this.calls.length < MAX_CALLS) this.calls.push(call);
    return call;
  }
}

/** A text, or a list of pieces of one. */
const isThought = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

let madeIds = 0;

function toToolCall(call: CallInProgress): ToolCall {
  // The id only has to be unique in a conversation: the tool's answer names it.
  const id = call.id === '' ? `call_made_${(madeIds += 1)}` : call.id;
  return { id, name: call.name, arguments: call.arguments.trim() === '' ? '{}' : call.arguments };
}
