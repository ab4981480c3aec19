import type { Breaker } from '../../provider/health-breaker.js';
import { chainName, Failover, toProviderError } from '../../provider/failover.js';
import type { ChainOptions, OutcomeListener } from '../../provider/failover.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { afterTimeout, pause, RetryPolicy } from '../../provider/retry.js';
import type { After } from '../../provider/retry.js';
import type { TranscriberRequest } from '../../stt/transcriber.port.js';
import type { Answered, AnsweringTranscriber } from './answering-transcriber.js';

/**
 * A chain of transcribers, first to last, on the breakers that live calls use too: a recogniser that calls have found dead
 * is not asked first here. Nothing has been said when one fails, so the next simply begins anew.
 */
export class TranscriberChain implements AnsweringTranscriber {
  readonly name: string;
  private readonly breakers: readonly Breaker[];
  private readonly retry: RetryPolicy;
  private readonly after: After;
  private readonly onOutcome: OutcomeListener;

  /** Throws a RangeError when there is no transcriber. */
  constructor(
    private readonly transcribers: readonly AnsweringTranscriber[],
    options: ChainOptions,
  ) {
    this.name = chainName(transcribers);
    this.breakers = transcribers.map(({ name }) => options.health.breaker('stt', name));
    this.retry = options.retry ?? new RetryPolicy();
    this.after = options.after ?? afterTimeout;
    this.onOutcome = options.onOutcome ?? (() => undefined);
  }

  /** Rejects with the ProviderError of the one whose failure says most (see Failover.failure), or the signal's reason. */
  async transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Answered> {
    const failover = new Failover(this.breakers, this.retry);
    for (let index = failover.first(); ;) {
      const answer = await this.attempt(index, request, signal);
      if (!(answer instanceof Error)) return answer;
      const choice = failover.next(index, answer, true);
      this.onOutcome({
        kind: 'stt',
        provider: answer.provider,
        code: answer.code,
        status: answer.status,
        next: choice === undefined ? undefined : this.transcribers[choice.index]?.name,
        gaveUp: choice === undefined,
        midway: false,
      });
      if (choice === undefined) throw failover.failure(this.name);
      if (choice.waitMs > 0) await pause(choice.waitMs, signal, this.after);
      ({ index } = choice);
    }
  }

  private async attempt(
    index: number,
    request: TranscriberRequest,
    signal: AbortSignal,
  ): Promise<Answered | ProviderError> {
    const transcriber = this.transcribers[index];
    const health = this.breakers[index]?.begin();
    if (transcriber === undefined || health === undefined) throw new RangeError(`no transcriber ${index} in the chain`);
    try {
      const answer = await transcriber.transcribe(request, signal);
      health.succeeded();
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = toProviderError(transcriber.name, error);
      health.failed(failure);
      return failure;
    } finally {
      // Decided already, unless the request was taken back.
      health.abandoned();
    }
  }
}
