// A small deterministic planner that stands in for a language model when no key is configured. It is honest about that:
// it does what the tools of its business declare, says what that is, and says so when it does not understand. It keeps no state of its own:
// everything it knows is in the messages, and what stands in a tool's result never changes what it does.
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest, ToolSpec } from '../llm.port.js';
import { NO_TOOLS, type Planner } from '../plan.port.js';
import { dayOf } from '../../spoken/calendar.js';
import { currentTurn } from './dialogue.js';
import { Plans } from './goal.js';
import { Intents } from './intent.js';
import { plan, type Step } from './plan.js';
import type { AgentIdentity } from './talk.js';

export interface RulesModelOptions {
  /** What the tools of this business declare; small talk alone when absent. */
  readonly planner?: Planner;
  /** The process's clock when absent. */
  readonly now?: () => Date;
  /** Waits so long before every piece of text, ms. For tests and benchmarks: a real model does not answer at once. */
  readonly tokenDelayMs?: number;
}

export class RulesModel implements LanguageModel {
  readonly name = 'rules';
  private readonly now: () => Date;
  private readonly tokenDelayMs: number;
  private readonly plans: Plans;
  private readonly intents: Intents;
  private readonly verbs: ReadonlySet<string>;

  constructor(options: RulesModelOptions = {}) {
    this.now = options.now ?? (() => new Date());
    this.tokenDelayMs = options.tokenDelayMs ?? 0;
    const planner = options.planner ?? NO_TOOLS;
    this.plans = new Plans(planner);
    this.intents = new Intents(planner);
    this.verbs = new Set(planner.verbs);
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

  private next({ messages, tools, timeZone }: LlmRequest): Step {
    const today = dayOf(this.now(), timeZone);
    const agent = identityOf(messages);
    const { plans, intents, verbs } = this;
    const turn = currentTurn(messages, {
      today,
      agentName: agent.name?.toLowerCase() ?? '',
      known: Object.fromEntries(plans.slots.map(({ name }) => [name, tools.flatMap((tool) => namesIn(tool, name))])),
      plans,
      intents,
      verbs,
      slots: plans.slots,
    });
    const offered = new Map(tools.map((tool) => [tool.name, maxRowsOf(tool)]));
    return plan(turn, { plans, offered, agent, today });
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

/** The values that the tool's schema lists for an argument of that name, lower-case. */
function namesIn(tool: ToolSpec, argument: string): readonly string[] {
  const names = propertyOf(tool, argument)?.['enum'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()) : [];
}

/** Rows that a tool may be asked for when its schema names no bound. */
const MAX_ROWS = 50;

function maxRowsOf(tool: ToolSpec): number {
  const maximum = propertyOf(tool, 'limit')?.['maximum'];
  return typeof maximum === 'number' && maximum >= 1 ? Math.min(maximum, MAX_ROWS) : MAX_ROWS;
}

function propertyOf(tool: ToolSpec, name: string): Readonly<Record<string, unknown>> | undefined {
  const properties = record(tool.parameters['properties']);
  return record(properties?.[name]);
}

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
