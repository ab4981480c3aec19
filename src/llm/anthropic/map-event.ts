import { protocolError } from '../../provider/failure.js';
import { boundedArguments } from '../../bounds/texts.port.js';
import type { Answer } from '../common/answer-stream.js';
import type { LlmPart, LlmUsage, ToolCall } from '../llm.port.js';
import { eventSchema } from './wire.schema.js';
import type { Thought } from './thoughts.js';
import type { MessageEvent, Usage } from './wire.schema.js';

// Events of a streamed message to the port's parts. Pure but for the answer's own state, which it holds.

type FinishReason = Extract<LlmPart, { type: 'finished' }>['reason'];
type EventOf<Type extends MessageEvent['type']> = Extract<MessageEvent, { type: Type }>;

interface ThoughtInProgress {
  readonly index: number;
  thinking: string;
  signature: string;
  /** Of a thought that is not shown. */
  readonly data: string | undefined;
}

interface CallInProgress {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  arguments: string;
}

function toFinishReason(reason: string, hasCalls: boolean): FinishReason {
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  if (reason === 'refusal') return 'content_filter';
  return hasCalls ? 'tool_calls' : 'stop';
}

/** Puts one answer together. */
export class MessageMapper implements Answer {
  private readonly calls: CallInProgress[] = [];
  private readonly thinking: ThoughtInProgress[] = [];
  private stopReason: string | undefined;
  private hasStopped = false;
  private inputTokens: number | undefined;
  private cachedInputTokens: number | undefined;
  private outputTokens: number | undefined;
  private hasText = false;
  /** The block that was begun last: the one that a limit has cut off, when one did. */
  private lastIndex = -1;

  /** @param provider whom errors name */
  constructor(private readonly provider: string) {}

  /** Text comes out at once, tool calls at the end of the message: only its reason to stop says whether they are whole. */
  map(received: unknown): LlmPart[] {
    const parsed = eventSchema.safeParse(received);
    if (!parsed.success) throw protocolError(this.provider, 'an event of another shape');
    const event = parsed.data;
    if (this.hasStopped) return [];
    switch (event.type) {
      case 'message_start':
        this.count(event.message.usage);
        return [];
      case 'content_block_start':
        return this.begin(event);
      case 'content_block_delta':
        return this.add(event);
      case 'message_delta':
        this.stopReason = event.delta.stop_reason ?? this.stopReason;
        this.count(event.usage);
        return [];
      case 'message_stop':
        return this.stop();
      case 'other':
      default:
        return [];
    }
  }

  /** What the model has thought, in its order. */
  get thoughts(): Thought[] {
    return this.thinking.map(({ thinking, signature, data }) =>
      data === undefined ? { type: 'thinking', thinking, signature } : { type: 'redacted_thinking', data },
    );
  }

  get hasToken(): boolean {
    return this.hasText || this.thinking.length > 0 || this.calls.length > 0;
  }

  get isFinished(): boolean {
    return this.hasStopped && this.stopReason !== undefined;
  }

  end(): LlmPart | undefined {
    if (!this.isFinished || this.stopReason === undefined) return undefined;
    const usage = this.usage();
    const reason = toFinishReason(this.stopReason, this.calls.length > 0);
    return { type: 'finished', reason, ...(usage === undefined ? {} : { usage }) };
  }

  private begin({ index, content_block: block }: EventOf<'content_block_start'>): LlmPart[] {
    this.lastIndex = index;
    if (block.type === 'text') return this.say(block.text);
    if (block.type === 'thinking' || block.type === 'redacted_thinking') {
      const { thinking = '', signature = '', data } = block;
      this.thinking.push({ index, thinking, signature, data });
    }
    if (block.type !== 'tool_use') return [];
    if (block.id === undefined || block.name === undefined) {
      throw protocolError(this.provider, 'a tool call without an id or a name');
    }
    const isGiven = typeof block.input === 'object' && block.input !== null && Object.keys(block.input).length > 0;
    this.calls.push({ index, id: block.id, name: block.name, arguments: isGiven ? JSON.stringify(block.input) : '' });
    return [];
  }

  private add({ index, delta }: EventOf<'content_block_delta'>): LlmPart[] {
    if (delta.type === 'text_delta') return this.say(delta.text);
    if (delta.type !== 'input_json_delta') return this.think(index, delta);
    const call = this.calls.findLast((one) => one.index === index);
    if (call === undefined) throw protocolError(this.provider, 'arguments of a tool call that was not begun');
    call.arguments = boundedArguments(call.arguments, delta.partial_json ?? '');
    return [];
  }

  /** Thoughts are not said. */
  private think(index: number, { thinking, signature }: EventOf<'content_block_delta'>['delta']): LlmPart[] {
    const thought = this.thinking.findLast((one) => one.index === index);
    if (thought !== undefined) {
      thought.thinking += thinking ?? '';
      thought.signature += signature ?? '';
    }
    return [];
  }

  private say(text: string | undefined): LlmPart[] {
    if (text === undefined || text === '') return [];
    this.hasText = true;
    return [{ type: 'text', delta: text }];
  }

  private stop(): LlmPart[] {
    this.hasStopped = true;
    if (this.stopReason === undefined) return [];
    const reason = toFinishReason(this.stopReason, this.calls.length > 0);
    if (reason === 'content_filter') this.calls.length = 0;
    const whole = reason === 'length' ? this.calls.filter(({ index }) => index !== this.lastIndex) : this.calls;
    return whole.map((call) => ({ type: 'tool.call', call: toToolCall(call) }));
  }

  private count(usage: Usage): void {
    if (usage === null || usage === undefined) return;
    // What was read from or written to the prompt cache is not in input_tokens. All counts are of the whole message.
    const { input_tokens: fresh, cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
    if (typeof fresh === 'number') {
      this.inputTokens = fresh + (written ?? 0) + (read ?? 0);
      this.cachedInputTokens = read ?? 0;
    }
    if (typeof usage.output_tokens === 'number') this.outputTokens = usage.output_tokens;
  }

  private usage(): LlmUsage | undefined {
    if (this.inputTokens === undefined && this.outputTokens === undefined) return undefined;
    const { inputTokens = 0, outputTokens = 0, cachedInputTokens } = this;
    return { inputTokens, outputTokens, ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }) };
  }
}

const toToolCall = ({ id, name, arguments: args }: CallInProgress): ToolCall => ({
  id,
  name,
  arguments: args.trim() === '' ? '{}' : args,
});
