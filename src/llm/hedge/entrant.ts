import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';

/** What an entrant tells the race, and asks it. */
export interface Referee {
  now(): number;
  /** Whether this entrant may ask this model now; one that may not is out of the race. */
  admits(entrant: Entrant, model: LanguageModel): boolean;
  /** A model is being asked. */
  asked(entrant: Entrant): void;
  /** The first part of a model's answer has come. */
  started(entrant: Entrant, model: LanguageModel, ms: number): void;
}

/** Why an entrant was stopped: nobody hears of it. */
const LOST = new Error('another model was faster');

/** One of the chains in a race for the first token, with all models watched. */
export class Entrant {
  /** Models asked so far, one asked again counted again. */
  tries = 0;
  /** Who is being asked. */
  current: LanguageModel | undefined;
  private askedAt = 0;
  private readonly iterator: AsyncIterator<LlmPart>;
  private first: Promise<IteratorResult<LlmPart>> | undefined;
  private readonly controller = new AbortController();

  constructor(
    models: readonly LanguageModel[],
    chain: (models: readonly LanguageModel[]) => LanguageModel,
    request: LlmRequest,
    signal: AbortSignal,
    private readonly referee: Referee,
  ) {
    const watched = chain(models.map((model) => this.watched(model)));
    const ended = AbortSignal.any([signal, this.controller.signal]);
    this.iterator = watched.stream(request, ended)[Symbol.asyncIterator]();
  }

  /** Makes the request. Resolves when the chain's first part is there; rejects when nobody of it answers. */
  start(): Promise<unknown> {
    this.first = this.iterator.next();
    return this.first;
  }

  /** How long the model that is being asked has taken so far, ms. */
  get waited(): number {
    return this.referee.now() - this.askedAt;
  }

  /** Ends its request. Idempotent. */
  stop(): void {
    this.controller.abort(LOST);
    // So that the chain sees that it was left, also when it was about to answer.
    this.iterator.return?.().catch(() => undefined);
  }

  /** The answer, its first part included. */
  async *answer(): AsyncGenerator<LlmPart, void, undefined> {
    try {
      for (
        let result = await (this.first ?? this.iterator.next());
        result.done !== true;
        result = await this.iterator.next()
      ) {
        yield result.value;
      }
    } finally {
      await this.iterator.return?.();
    }
  }

  private watched(model: LanguageModel): LanguageModel {
    return { name: model.name, stream: (request, signal) => this.ask(model, request, signal) };
  }

  private async *ask(
    model: LanguageModel,
    request: LlmRequest,
    signal: AbortSignal,
  ): AsyncGenerator<LlmPart, void, undefined> {
    if (!this.referee.admits(this, model)) this.stop();
    signal.throwIfAborted();
    this.tries += 1;
    this.current = model;
    this.askedAt = this.referee.now();
    this.referee.asked(this);
    let hasStarted = false;
    for await (const part of model.stream(request, signal)) {
      if (!hasStarted) this.referee.started(this, model, this.waited);
      hasStarted = true;
      yield part;
    }
  }
}
