// What the chains of all three kinds share: who is asked first, who takes over, and when there is nobody left.
import type { Breaker } from './health-breaker.js';
import type { ProviderHealth } from './health.js';
import { ProviderError } from './provider.port.js';
import type { ProviderErrorCode, ProviderKind } from './provider.port.js';
import type { After, RetryPolicy } from './retry.js';

/** A provider of a chain has failed. Holds no words and no audio. */
export interface ProviderOutcome {
  readonly kind: ProviderKind;
  /** Who failed. */
  readonly provider: string;
  readonly code: ProviderErrorCode;
  /** HTTP status or WebSocket close code, when there was one. */
  readonly status: number | undefined;
  /** Who goes on: another one, or the same one again; undefined when nobody does. */
  readonly next: string | undefined;
  /** Nobody is left: the chain fails as a whole. Otherwise, without a `next`, nothing was left to do. */
  readonly gaveUp: boolean;
  /** Whether something of the current utterance, answer or sentence had come through before. */
  readonly midway: boolean;
  /** What came, or what the provider cannot do, where the code alone does not tell an operator what to change. */
  readonly reason?: string;
  /** Speech to text: audio that had to be recognised again, and audio that was too old to be, ms. */
  readonly replayedMs?: number;
  readonly lostMs?: number;
}

/** Synchronous, quick, does not throw. */
export type OutcomeListener = (outcome: ProviderOutcome) => void;

export interface ChainOptions {
  readonly health: ProviderHealth;
  readonly retry?: RetryPolicy;
  /** Runs something later; setTimeout by default. */
  readonly after?: After;
  readonly onOutcome?: OutcomeListener;
}

/** `deepgram>pocketsphinx`. Throws when the chain is empty. */
export function chainName(providers: readonly { readonly name: string }[]): string {
  if (providers.length === 0) throw new RangeError('a chain needs at least one provider');
  return providers.map(({ name }) => name).join('>');
}

/** Something else than a ProviderError came out of an adapter: only the name of it is kept, the rest may quote a caller. */
export function toProviderError(provider: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new ProviderError(`${provider} failed in a way it should not (${name})`, {
    provider,
    code: 'unavailable',
    retryable: false,
  });
}

export interface Choice {
  /** Place in the chain. */
  readonly index: number;
  /** How long to wait before it is asked, ms. */
  readonly waitMs: number;
}

/**
 * Who is asked, one after another, until something is proven to work: everyone available in the order of the chain; then
 * those again whom the retry policy allows; then, once, the one with an open breaker whose probe is due first. Bounded by
 * the policy's attempts for each provider and that one.
 */
export class Failover {
  private readonly tries: number[];
  private readonly errors: (ProviderError | undefined)[];
  private lastResort = false;

  constructor(
    private readonly breakers: readonly Breaker[],
    private readonly retry: RetryPolicy,
  ) {
    this.tries = breakers.map(() => 0);
    this.errors = breakers.map(() => undefined);
  }

  /** Whom to ask first. */
  first(): number {
    const available = this.breakers.findIndex((breaker) => breaker.available);
    return available >= 0 ? available : (this.firstDue(this.breakers.keys()) ?? 0);
  }

  /**
   * Whom to ask after `failed` has failed; undefined when there is nobody left.
   *
   * @param again ask the same one once more first, when that is quick: not after a deadline has passed, and not when it
   *   asked for patience, unless there is nobody else
   */
  next(failed: number, error: ProviderError, again = false): Choice | undefined {
    this.tries[failed] = (this.tries[failed] ?? 0) + 1;
    this.errors[failed] = error;
    const fresh = this.breakers.findIndex((breaker, index) => this.tries[index] === 0 && breaker.available);
    if (again && (fresh < 0 || (error.code !== 'timeout' && error.retryAfterMs === undefined))) {
      const waitMs = this.retry.delayMs(error, this.tries[failed]);
      if (waitMs !== undefined) return { index: failed, waitMs };
    }
    if (fresh >= 0) return { index: fresh, waitMs: 0 };
    return this.again() ?? this.desperate();
  }

  /** Something works: whatever fails from now on is a new story. */
  proven(): void {
    this.tries.fill(0);
    this.errors.fill(undefined);
    this.lastResort = false;
  }

  /**
   * Everyone has failed: the error to hand on. The first one that a retry can help, because then the call need not end;
   * with more than one provider its message names them all.
   */
  failure(chain: string): ProviderError {
    const errors = this.errors.filter((error) => error !== undefined);
    const most = errors.find((error) => error.retryable) ?? errors[0];
    if (most === undefined) throw new Error('nobody has failed');
    if (errors.length === 1) return most;
    const all = errors.map(({ provider, code }) => `${provider} ${code}`).join(', ');
    const waits = errors.filter((error) => error.retryable).map((error) => error.retryAfterMs ?? 0);
    const retryAfterMs = waits.length === 0 ? 0 : Math.min(...waits);
    return new ProviderError(`all of ${chain} failed: ${all}`, {
      provider: most.provider,
      code: most.code,
      retryable: most.retryable,
      ...(most.status === undefined ? {} : { status: most.status }),
      ...(retryAfterMs === 0 ? {} : { retryAfterMs }),
      cause: most,
    });
  }

  /** Of those that have been tried, whoever may be asked again soonest. */
  private again(): Choice | undefined {
    const choices = this.breakers.flatMap((breaker, index): Choice[] => {
      const error = this.errors[index];
      if (error === undefined || !breaker.available) return [];
      const waitMs = this.retry.delayMs(error, this.tries[index] ?? 0);
      return waitMs === undefined ? [] : [{ index, waitMs }];
    });
    return choices.toSorted((a, b) => a.waitMs - b.waitMs)[0];
  }

  private desperate(): Choice | undefined {
    if (this.lastResort) return undefined;
    this.lastResort = true;
    const index = this.firstDue([...this.breakers.keys()].filter((at) => this.tries[at] === 0));
    return index === undefined ? undefined : { index, waitMs: 0 };
  }

  /** Whose probe is due first. One that is being probed right now comes last: somebody is finding out. */
  private firstDue(indices: Iterable<number>): number | undefined {
    const dueAt = (index: number): number => this.breakers[index]?.status().nextProbeAt ?? Infinity;
    return [...indices].toSorted((a, b) => dueAt(a) - dueAt(b))[0];
  }
}
