// A small deterministic planner that stands in for a language model when no key is configured. It is honest about that:
// it does five things, says what they are, and says so when it does not understand. It keeps no state of its own:
// everything it knows is in the messages, and what stands in a tool's result never changes what it does.
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest, ToolSpec } from '../llm.port.js';
import { dayOf } from './calendar.js';
import { currentTurn } from './dialogue.js';
import { MAX_ROWS, TOOL } from './goal.js';
import { plan, type Step } from './plan.js';
import type { AgentIdentity } from './phrases.js';

export interface RulesModelOptions {
  /** The caller's "today"; the process's clock and time zone when absent. */
  readonly now?: () => Date;
  /** Waits so long before every piece of text, ms. For tests and benchmarks: a real model does not answer at once. */
  readonly tokenDelayMs?: number;
}

export class RulesModel implements LanguageModel {
  readonly name = 'rules';
  private readonly now: () => Date;
  private readonly tokenDelayMs: number;

  constructor(options: RulesModelOptions = {}) {
    this.now = options.now ?? (() => new Date());
    this.tokenDelayMs = options.tokenDelayMs ?? 0;
  }

  /** Never fails on its own: it throws only the signal's reason. */
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const step = this.next(request);
    if (step.type === 'call') {
      for (const [n, call] of step.calls.entries()) {
        await this.pause(signal);
        yield { type: 'tool.call', call: { id: callId(request.messages, n), ...call } };
      }
      signal.throwIfAborted();
      yield { type: 'finished', reason: 'tool_calls' };
      return;
    }
    const words = step.text.match(/\S+\s*/gu) ?? [];
    const spoken = words.slice(0, request.maxTokens ?? words.length);
    for (const delta of spoken) {
      await this.pause(signal);
      yield { type: 'text', delta };
    }
    signal.throwIfAborted();
    yield { type: 'finished', reason: spoken.length < words.length ? 'length' : 'stop' };
  }

  private next({ messages, tools }: LlmRequest): Step {
    const today = dayOf(this.now());
    const agent = identityOf(messages);
    const query = tools.find((tool) => tool.name === TOOL.query);
    const turn = currentTurn(messages, {
      today,
      agentName: agent.name?.toLowerCase() ?? '',
      categories: categoriesOf(query),
    });
    const offered = new Set(tools.map((tool) => tool.name));
    return plan(turn, { offered, agent, today, maxRows: maxRowsOf(query) });
  }

  private async pause(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.tokenDelayMs === 0) return;
    // The timer rejects with an error of its own when the signal aborts; the port promises the signal's reason.
    await delay(this.tokenDelayMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

/** Unique in its conversation: numbered on from the calls made so far. */
function callId(messages: readonly ChatMessage[], n: number): string {
  const made = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  const taken = new Set(made.map(({ id }) => id));
  let number = made.length + 1;
  for (let fresh = -1; ; number += 1) {
    if (!taken.has(`call_${number}`)) fresh += 1;
    if (fresh === n) return `call_${number}`;
  }
}

/** "You are Julia, the voice assistant of Acme Payments." */
function identityOf(messages: readonly ChatMessage[]): AgentIdentity {
  const system = messages.find((message) => message.role === 'system')?.text ?? '';
  const name = /\bYou are (\p{Lu}[\p{L}'-]{0,40})/u.exec(system)?.[1];
  const company = /\bYou are [^.]{0,200}?\b(?:of|for|at) (\p{Lu}[\p{L}\d&' -]{0,60}\p{L})/u.exec(system)?.[1];
  return { ...(name === undefined ? {} : { name }), ...(company === undefined ? {} : { company }) };
}

function categoriesOf(query: ToolSpec | undefined): readonly string[] {
  const names = propertyOf(query, 'category')?.['enum'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()) : [];
}

function maxRowsOf(query: ToolSpec | undefined): number {
  const maximum = propertyOf(query, 'limit')?.['maximum'];
  return typeof maximum === 'number' && maximum >= 1 ? Math.min(maximum, MAX_ROWS) : MAX_ROWS;
}

function propertyOf(tool: ToolSpec | undefined, name: string): Readonly<Record<string, unknown>> | undefined {
  const properties = record(tool?.parameters['properties']);
  return record(properties?.[name]);
}

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
