// Which providers can be relied on: one circuit breaker for each provider of this process, whoever uses it, and word of
// every change for metrics and logs. Who takes over is decided in failover.ts, when to ask again in retry.ts.
import { Breaker, defaultBreakerOptions } from './health-breaker.js';
import type { AttemptVerdict, BreakerOptions, ProviderStatus } from './health-breaker.js';
import type { ProviderKind } from './provider.port.js';

export type { ProviderStatus } from './health-breaker.js';

/** Synchronous, quick, does not throw. */
export type HealthListener = (status: ProviderStatus) => void;

/** Synchronous, quick, does not throw. */
export type AttemptListener = (verdict: AttemptVerdict) => void;

/** Make one per process. */
export class ProviderHealth {
  private readonly breakers = new Map<string, Breaker>();
  private readonly listeners = new Set<HealthListener>();
  private readonly attemptListeners = new Set<AttemptListener>();
  private readonly options: BreakerOptions;

  constructor(options: Partial<BreakerOptions> = {}) {
    this.options = { ...defaultBreakerOptions, ...options };
  }

  /** The breaker of a provider; the same one for the same kind and name. */
  breaker(kind: ProviderKind, provider: string): Breaker {
    const key = `${kind}:${provider}`;
    const known = this.breakers.get(key);
    if (known !== undefined) return known;
    const made = new Breaker(
      kind,
      provider,
      this.options,
      (status) => {
        for (const listener of this.listeners) listener(status);
      },
      (verdict) => {
        for (const listener of this.attemptListeners) listener(verdict);
      },
    );
    this.breakers.set(key, made);
    return made;
  }

  /** Every provider that was asked for so far. */
  statuses(): ProviderStatus[] {
    return [...this.breakers.values()].map((breaker) => breaker.status());
  }

  /** Tells of every change of state from now on; the returned function ends that. */
  onChange(listener: HealthListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Tells of every use of a provider that has shown something; the returned function ends that. */
  onAttempt(listener: AttemptListener): () => void {
    this.attemptListeners.add(listener);
    return () => {
      this.attemptListeners.delete(listener);
    };
  }
}
