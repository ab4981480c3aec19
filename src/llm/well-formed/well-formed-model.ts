// What a model gets and gives, in the form that everybody else relies on. Every model of a vendor's goes through this.
import { randomUUID } from 'node:crypto';
import { MAX_CALLS, MAX_DELTA_CHARS } from '../../bounds/texts.port.js';
import type { ProviderUsage } from '../../provider/usage.port.js';
import type { LanguageModel, LlmPart, LlmRequest, LlmUsage, ToolCall, ToolSpec } from '../llm.port.js';
import { readArguments } from './arguments.js';
import { acceptable, isAcceptableId } from './history.js';
import { acceptableName, toolNamed } from './tool-name.js';
import { WholeCharacters } from './whole-characters.js';
import { WrittenCalls } from './written-calls.js';

/**
 * A model behind which no server refuses a history, and from which come only texts for the caller and calls that can be
 * made: a malformed name of a tool is that tool, arguments are one JSON object, ids are unique, a call that was written as
 * text is a call, and one that cannot be read says so for the model (`ToolCall.fault`).
 */
export class WellFormedModel implements LanguageModel {
  readonly name: string;
  readonly model: string | undefined;

  constructor(private readonly inner: LanguageModel) {
    this.name = inner.name;
    this.model = inner.model;
  }

  async warmUp(): Promise<void> {
    await this.inner.warmUp?.();
  }

  async close(): Promise<void> {
    await this.inner.close?.();
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    const messages = acceptable(request.messages);
    const answer = new AnswerReader(request);
    for await (const part of this.inner.stream({ ...request, messages }, signal)) {
      switch (part.type) {
        case 'text': {
          const delta = answer.text(part.delta);
          if (delta !== '') yield { type: 'text', delta };
          break;
        }
        case 'tool.call': {
          const call = answer.call(part.call);
          if (call !== undefined) yield { type: 'tool.call', call };
          break;
        }
        case 'finished': {
          if (part.usage !== undefined) request.onUsage?.(this.usageOf(part.usage));
          const delta = answer.end();
          if (delta !== '') yield { type: 'text', delta };
          for (const call of answer.written()) yield { type: 'tool.call', call };
          yield answer.hasCalls && part.reason === 'stop' ? { ...part, reason: 'tool_calls' } : part;
        }
      }
    }
  }

  private usageOf({ inputTokens, outputTokens, cachedInputTokens = 0 }: LlmUsage): ProviderUsage {
    const amounts = { inputTokens: inputTokens - cachedInputTokens, cachedInputTokens, outputTokens };
    return { kind: 'llm', provider: this.name, model: this.model ?? '', amounts };
  }
}

/** One answer. */
class AnswerReader {
  private readonly names: readonly string[];
  private readonly ids: Set<string>;
  private readonly characters = new WholeCharacters();
  private readonly writing: WrittenCalls;
  private made = 0;
  private hasText = false;

  constructor({ tools, messages }: LlmRequest) {
    const called = messages.flatMap((message) => ('toolCalls' in message ? (message.toolCalls ?? []) : []));
    this.ids = new Set(called.map(({ id }) => id));
    this.names = tools.map(({ name }) => name);
    // What a model has called before it may write as text when it is offered no tool any more.
    const before = [...new Set(called.map(({ name }) => name))].filter((name) => !this.names.includes(name));
    this.writing = new WrittenCalls([...tools, ...before.map(unoffered)]);
  }

  get hasCalls(): boolean {
    return this.made > 0;
  }

  text(delta: string): string {
    return this.begun(this.writing.add(this.characters.add(delta.slice(0, MAX_DELTA_CHARS))));
  }

  end(): string {
    return this.begun(this.writing.add(this.characters.end()) + this.writing.end());
  }

  /** Blanks are no first word: what stands between thoughts and an answer is not said. */
  private begun(text: string): string {
    const said = this.hasText ? text : text.trimStart();
    this.hasText ||= said !== '';
    return said;
  }

  /** Undefined for one of far too many. */
  call({ id, name: written, arguments: text }: ToolCall): ToolCall | undefined {
    if (this.made >= MAX_CALLS) return undefined;
    const named = toolNamed(written, this.names);
    const read = readArguments(text);
    const fault = named === undefined ? this.unknown(written) : 'fault' in read ? read.fault : undefined;
    return this.make(id, named ?? written, 'json' in read ? read.json : '{}', fault);
  }

  /** The calls that were written as text; none where the model has called by the right means: servers send both. */
  written(): ToolCall[] {
    if (this.made > 0) return [];
    return this.writing.calls.flatMap((call) => {
      if ('fault' in call) return this.make('', call.name ?? '', '{}', call.fault);
      return this.call({ id: '', ...call }) ?? [];
    });
  }

  private make(id: string, name: string, json: string, fault: string | undefined): ToolCall {
    this.made += 1;
    const call = { id: this.idOf(id), name: acceptableName(name), arguments: json };
    return fault === undefined ? call : { ...call, fault };
  }

  private unknown(written: string): string {
    const shown = JSON.stringify(written.slice(0, 64).toWellFormed());
    return `There is no tool ${shown}. The tools are: ${this.names.join(', ') || 'none'}.`;
  }

  private idOf(written: string): string {
    let id = written;
    while (!isAcceptableId(id) || this.ids.has(id)) id = `call_${randomUUID().slice(0, 8)}`;
    this.ids.add(id);
    return id;
  }
}

const unoffered = (name: string): ToolSpec => ({ name, description: '', parameters: {} });
