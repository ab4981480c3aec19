// A small deterministic planner that stands in for a language model when no key is configured. It is honest about that:
// it does what the tools of its business declare, says what that is, and says so when it does not understand. It keeps no
// state: all that it knows is in the messages, and what stands in a tool's result never changes what it does.
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { NO_TOOLS, type Planner } from '../plan.port.js';
import { dayOf, isoOf } from '../../spoken/calendar.js';
import { sayDay, sayList } from '../../spoken/say.js';
import { speller, type Speller } from '../../spoken/spelling.js';
import { currentTurn } from './dialogue.js';
import { planOf, type Scene } from './goal.js';
import { Intents } from './intent.js';
import { plan, type Step } from './plan.js';

export interface RulesModelOptions {
  /** What the tools of this business declare; small talk alone when absent. */
  readonly planner?: Planner;
  /** The process's clock when absent. */
  readonly now?: () => Date;
}

export class RulesModel implements LanguageModel {
  readonly name = 'rules';
  private readonly now: () => Date;
  private readonly planner: Planner;
  private readonly intents: Intents;
  private readonly spelled: Speller;

  constructor({ now = () => new Date(), planner = NO_TOOLS }: RulesModelOptions = {}) {
    this.now = now;
    this.planner = planner;
    this.intents = new Intents(planner);
    const { verbs = [], filler = [], words = [] } = planner;
    this.spelled = speller([...this.intents.words, ...verbs, ...filler, ...words]);
  }

  /** Never fails on its own: it throws only the signal's reason. */
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    for (const part of partsOf(this.next(request), request)) {
      // Whoever listens may hear the signal between two parts.
      await Promise.resolve();
      signal.throwIfAborted();
      yield part;
    }
  }

  private next({ messages, tools, timeZone, vocabulary = {} }: LlmRequest): Step {
    const { planner, intents, spelled } = this;
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
    const scene: Scene = {
      planner,
      intents,
      spelled,
      today,
      offered,
      agentName: name.toLowerCase(),
      words,
      vocabulary,
    };
    return plan(currentTurn(messages, scene), scene);
  }
}

function partsOf(step: Step, { messages, maxTokens }: LlmRequest): readonly LlmPart[] {
  if (step.type === 'call') {
    const { text = '', calls } = step;
    const first = nextCall(messages);
    return [
      ...(text === '' ? [] : [{ type: 'text' as const, delta: text }]),
      ...calls.map((call, n) => ({ type: 'tool.call' as const, call: { id: `call_${first + n}`, ...call } })),
      { type: 'finished', reason: 'tool_calls' },
    ];
  }
  const words = step.text.match(/\S+\s*/gu) ?? [];
  const spoken = words.slice(0, maxTokens ?? words.length).map((delta) => ({ type: 'text' as const, delta }));
  return [...spoken, { type: 'finished', reason: spoken.length < words.length ? 'length' : 'stop' }];
}

/** Calls are numbered on from the last of those that have been made. */
function nextCall(messages: readonly ChatMessage[]): number {
  const made = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  return 1 + made.reduce((last, { id }) => Math.max(last, Number(/^call_(\d{1,9})$/.exec(id)?.[1] ?? 0)), made.length);
}

/** "You are Julia, the voice assistant of Acme Payments." */
function identityOf(messages: readonly ChatMessage[]): { readonly name: string; readonly company: string } {
  const system = messages.find((message) => message.role === 'system')?.text ?? '';
  return {
    name: /\bYou are (\p{Lu}[\p{L}'-]{0,40})/u.exec(system)?.[1] ?? '',
    company: /\bYou are [^.]{0,200}?\b(?:of|for|at) (\p{Lu}[\p{L}\d&' -]{0,60}\p{L})/u.exec(system)?.[1] ?? '',
  };
}
