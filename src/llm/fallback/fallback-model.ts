// Several language models behind the port of one: when one fails in the middle of an answer, the next goes on from what is
// out already, and no tool is called twice.
import { closedEarlyError } from '../../provider/failure.js';
import type { Breaker } from '../../provider/health-breaker.js';
import { chainName, Failover, toProviderError } from '../../provider/failover.js';
import type { ChainOptions, OutcomeListener } from '../../provider/failover.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { afterTimeout, pause, RetryPolicy } from '../../provider/retry.js';
import type { After } from '../../provider/retry.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { afresh, Continuation, continuing, seamless } from './continuation.js';
import { WholeWords } from './whole-words.js';

export interface FallbackModelOptions extends ChainOptions {
  /**
   * Whether the model of this name can be told to go on with another's words; every one by default. One that cannot (the
   * rules planner) is asked afresh, and its answer follows as a sentence of its own.
   */
  readonly continues?: (model: string) => boolean;
}

/** What is out of the answer. */
interface Progress {
  text: string;
  called: boolean;
}

/** The text of one model: what it repeats of another's is left out, and it ends with a whole word at any time. */
class AnswerText {
  private readonly continuation: Continuation | undefined;
  private readonly words = new WholeWords();

  constructor(said: string, continues: boolean) {
    this.continuation = said === '' ? undefined : new Continuation(said, continues ? seamless : afresh);
  }

  add(delta: string): string {
    return this.words.add(this.continuation?.add(delta) ?? delta);
  }

  end(): string {
    return this.words.add(this.continuation?.end() ?? '') + this.words.flush();
  }
}

/**
 * A chain of models, first to last.
 *
 * A model that fails before anything is out is asked once more when that is quick, then the next. After text is out, the
 * next is given that text and goes on behind it. After a tool call is out, the answer ends there, as one that calls tools:
 * they run, and the next round is a new request. An abort is no failure.
 */
export class FallbackModel implements LanguageModel {
  readonly name: string;
  private readonly breakers: readonly Breaker[];
  private readonly retry: RetryPolicy;
  private readonly after: After;
  private readonly onOutcome: OutcomeListener;
  private readonly continues: (model: string) => boolean;

  /** Throws a RangeError when there is no model. */
  constructor(
    private readonly models: readonly LanguageModel[],
    options: FallbackModelOptions,
  ) {
    this.name = chainName(models);
    this.continues = options.continues ?? (() => true);
    this.breakers = models.map(({ name }) => options.health.breaker('llm', name));
    this.retry = options.retry ?? new RetryPolicy();
    this.after = options.after ?? afterTimeout;
    this.onOutcome = options.onOutcome ?? (() => undefined);
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const failover = new Failover(this.breakers, this.retry);
    const progress: Progress = { text: '', called: false };
    for (let index = failover.first(); ;) {
      const error = yield* this.attempt(index, request, progress, signal);
      if (error === undefined) return;
      const begun = progress.text !== '';
      const choice = progress.called ? undefined : failover.next(index, error, !begun);
      this.onOutcome({
        kind: 'llm',
        provider: this.models[index]?.name ?? this.name,
        code: error.code,
        status: error.status,
        next: choice === undefined ? undefined : this.models[choice.index]?.name,
        gaveUp: choice === undefined && !progress.called,
        midway: begun || progress.called,
      });
      if (progress.called) {
        yield { type: 'finished', reason: 'tool_calls' };
        return;
      }
      if (choice === undefined) throw failover.failure(this.name);
      if (choice.waitMs > 0) await pause(choice.waitMs, signal, this.after);
      ({ index } = choice);
    }
  }

  /** Lets one model answer, or go on. Returns how it failed; undefined when it has finished. Throws the signal's reason. */
  private async *attempt(
    index: number,
    request: LlmRequest,
    progress: Progress,
    signal: AbortSignal,
  ): AsyncGenerator<LlmPart, ProviderError | undefined, undefined> {
    const model = this.models[index];
    const health = this.breakers[index]?.begin();
    if (model === undefined || health === undefined) throw new RangeError(`no model ${index} in the chain`);
    const continues = this.continues(model.name);
    const text = new AnswerText(progress.text, continues);
    const asked = progress.text !== '' && continues ? continuing(request, progress.text) : request;
    let alive = false;
    try {
      for await (const part of model.stream(asked, signal)) {
        signal.throwIfAborted();
        alive = true;
        const delta = part.type === 'text' ? text.add(part.delta) : text.end();
        progress.text += delta;
        if (delta !== '') yield { type: 'text', delta };
        if (part.type === 'text') continue;
        progress.called ||= part.type === 'tool.call';
        if (part.type === 'finished') health.succeeded();
        yield part;
        if (part.type === 'finished') return undefined;
      }
      throw closedEarlyError(model.name, 'the answer');
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = toProviderError(model.name, error);
      health.failed(failure);
      return failure;
    } finally {
      // Of an answer that was not waited for, only that it had begun is known.
      if (alive) health.succeeded();
      else health.abandoned();
    }
  }
}
