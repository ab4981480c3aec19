// Hedging: when the first token of an answer is later than nineteen of twenty of that model's were, the next model of the
// chain is asked too, and whichever starts first answers. It buys a shorter tail with a few requests more
// (Dean and Barroso, "The Tail at Scale", CACM 56/2, 2013).
import { chainName } from '../../provider/failover.js';
import type { HedgeListener } from '../../provider/provider-hedges.js';
import { afterTimeout } from '../../provider/retry.js';
import type { After } from '../../provider/retry.js';
import type { LanguageModel, LlmPart, LlmRequest, LlmUsage } from '../llm.port.js';
import { HedgeBudget } from './hedge-budget.js';
import { Race } from './race.js';
import type { RaceRules } from './race.js';

export interface HedgedModelOptions extends Pick<RaceRules, 'chain' | 'latency'> {
  /** Whether the model of this name may be asked as the second; every one by default. */
  readonly mayBeSecond?: (model: string) => boolean;
  readonly onHedge?: HedgeListener;
  readonly after?: After;
  /** Milliseconds from any fixed moment. */
  readonly now?: () => number;
}

/** A chain of models that hedges. Nothing of the slower one is ever seen: no words, no tool calls, no failures. */
export class HedgedModel implements LanguageModel {
  readonly name: string;
  private readonly rules: RaceRules;
  private readonly onHedge: HedgeListener;

  /** Throws a RangeError when there is no model. */
  constructor(models: readonly LanguageModel[], options: HedgedModelOptions) {
    this.name = chainName(models);
    const { chain, latency, mayBeSecond = () => true, after = afterTimeout, now = () => performance.now() } = options;
    this.rules = { models, chain, latency, mayBeSecond, after, now, budget: new HedgeBudget() };
    this.onHedge = options.onHedge ?? (() => undefined);
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const race = new Race(this.rules, request, signal);
    let usage: LlmUsage | undefined;
    try {
      const winner = await race.first;
      for await (const part of winner.answer()) {
        if (part.type === 'finished') ({ usage } = part);
        yield part;
      }
    } finally {
      race.end();
      const { hedge } = race;
      // The other has read the same prompt; nobody says how much it had written of its answer.
      if (hedge !== undefined) this.onHedge({ ...hedge, promptTokens: usage?.inputTokens });
    }
  }
}
