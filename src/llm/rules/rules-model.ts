// A small deterministic planner that stands in for a language model when no key is configured. It is honest about that:
// it does what the tools of its business declare, says what that is, and says so when it does not understand. It keeps no state of its own:
// everything it knows is in the messages, and what stands in a tool's result never changes what it does.
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { NO_TOOLS, type Planner } from '../plan.port.js';
import { dayOf, isoOf } from '../../spoken/calendar.js';
import { sayDay, sayList } from '../../spoken/say.js';
import { currentTurn } from './dialogue.js';
import { planOf, type Scene } from './goal.js';
import { Intents } from './intent.js';
import { plan, type Step } from './plan.js';

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
  private readonly planner: Planner;
  private readonly intents: Intents;

  constructor(options: RulesModelOptions = {}) {
    this.now = options.now ?? (() => new Date());
    this.tokenDelayMs = options.tokenDelayMs ?? 0;
    this.planner = options.planner ?? NO_TOOLS;
    this.intents = new Intents(this.planner);
  }

  /** Never fails on its own: it throws only the signal's reason. */
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const step = this.next(request);
    if (step.type === 'call') {
      if (step.text !== undefined && step.text !== '') {
        await this.pause(signal);
        yield { type: 'text', delta: step.text };
      }
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

  private next({ messages, tools, timeZone, vocabulary = {} }: LlmRequest): Step {
    const { planner, intents } = this;
    const today = dayOf(this.now(), timeZone);
    const offered = new Set(tools.map(({ name }) => name));
    const able = [...offered].flatMap((name) => planOf(planner, name)?.ability ?? []);
    const { name, company } = identityOf(messages);
    const words = {
      able: able.length === 0 ? 'In this call I can only chat a little.' : `I can ${sayList(able)}.`,
      today: sayDay(isoOf(today), today),
      'this is': name === '' ? '' : `, this is ${name}`,
      'I am': name === '' ? '' : `${name}, `,
      of: company === '' ? '' : ` of ${company}`,
    };
    const scene: Scene = { planner, intents, today, offered, agentName: name.toLowerCase(), words, vocabulary };
    return plan(currentTurn(messages, scene), scene);
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
  let id = '';
  for (let number = made.length + 1, left = n; left >= 0; number += 1) {
    id = `call_${number}`;
    if (!taken.has(id)) left -= 1;
  }
  return id;
}

/** "You are Julia, the voice assistant of Acme Payments." */
function identityOf(messages: readonly ChatMessage[]): { readonly name: string; readonly company: string } {
  const system = messages.find((message) => message.role === 'system')?.text ?? '';
  return {
    name: /\bYou are (\p{Lu}[\p{L}'-]{0,40})/u.exec(system)?.[1] ?? '',
    company: /\bYou are [^.]{0,200}?\b(?:of|for|at) (\p{Lu}[\p{L}\d&' -]{0,60}\p{L})/u.exec(system)?.[1] ?? '',
  };
}
