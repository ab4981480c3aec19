// A small deterministic planner that stands in for a language model when no key is configured. It is honest about that:
// it does what the tools of its business declare, says what that is, and says so when it does not understand. It keeps no
// state: all that it knows is in the messages, and what stands in a tool's result never changes what it does.
import { randomUUID } from 'node:crypto';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { NO_TOOLS, type Planner } from '../plan.port.js';
import { dayOf, isoOf } from '../../spoken/calendar.js';
import { sayDay, sayList } from '../../spoken/say.js';
import { speller } from '../../spoken/spelling.js';
import { currentTurn } from './dialogue.js';
import { planOf, type Scene } from './goal.js';
import { Intents } from './intent.js';
import { apart } from './news.js';
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
  /** What is the same in every call. */
  private readonly business: Pick<Scene, 'planner' | 'intents' | 'spelled'>;

  constructor({ now = () => new Date(), planner = NO_TOOLS }: RulesModelOptions = {}) {
    const { verbs = [], filler = [], words = [] } = planner;
    const intents = new Intents(planner);
    this.now = now;
    this.business = { planner, intents, spelled: speller([...intents.words, ...verbs, ...filler, ...words]) };
  }

  /** Never fails on its own: it throws only the signal's reason. */
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const scene = this.sceneOf(request);
    const { news, talk } = apart(request.messages);
    const step = news === '' ? plan(currentTurn(talk, scene), scene) : { text: news, calls: [] };
    for (const part of partsOf(step, request)) {
      // Whoever listens may hear the signal between two parts.
      await Promise.resolve();
      signal.throwIfAborted();
      yield part;
    }
  }

  private sceneOf({ messages, tools, timeZone, vocabulary = {} }: LlmRequest): Scene {
    const today = dayOf(this.now(), timeZone);
    const offered = new Set(tools.map(({ name }) => name));
    const able = [...offered].flatMap((name) => planOf(this.business.planner, name)?.ability ?? []);
    const { name, company } = identityOf(messages);
    const words = {
      able: able.length === 0 ? 'In this call I can only chat a little.' : `I can ${sayList(able)}.`,
      today: sayDay(isoOf(today), today),
      'this is': name === '' ? '' : `, this is ${name}`,
      'I am': name === '' ? '' : `${name}, `,
      of: company === '' ? '' : ` of ${company}`,
    };
    return { ...this.business, today, offered, agentName: name.toLowerCase(), words, vocabulary };
  }
}

function partsOf({ text, calls }: Step, { maxTokens }: LlmRequest): readonly LlmPart[] {
  const words = text.match(/\S+\s*/gu) ?? [];
  const spoken = words.slice(0, maxTokens ?? words.length);
  const ended = spoken.length < words.length ? 'length' : 'stop';
  return [
    ...spoken.map((delta) => ({ type: 'text' as const, delta })),
    ...calls.map((call) => ({ type: 'tool.call' as const, call: { id: `call_${randomUUID()}`, ...call } })),
    { type: 'finished', reason: calls.length > 0 ? 'tool_calls' : ended },
  ];
}

/** "You are Julia, the voice assistant of Acme Payments." */
function identityOf(messages: readonly ChatMessage[]): { readonly name: string; readonly company: string } {
  const system = messages.find((message) => message.role === 'system')?.text ?? '';
  return {
    name: /\bYou are (\p{Lu}[\p{L}'-]{0,40})/u.exec(system)?.[1] ?? '',
    company: /\bYou are [^.]{0,200}?\b(?:of|for|at) (\p{Lu}[\p{L}\d&' -]{0,60}\p{L})/u.exec(system)?.[1] ?? '',
  };
}
