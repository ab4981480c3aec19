// Which providers can be relied on: one circuit breaker for each provider of this process, whoever uses it, and word of
// every change for metrics and logs. Who takes over is decided in health-chain.ts, when to ask again in retry.ts.
import { Breaker, defaultBreakerOptions } from './health-breaker.js';
import type { BreakerOptions, ProviderKind, ProviderStatus } from './health-breaker.js';

export type { ProviderKind, ProviderStatus } from './health-breaker.js';

/** Synchronous, quick, does not throw. */
export type HealthListener = (status: ProviderStatus) => void;

/** Make one per process. */
export class ProviderHealth {
  private readonly breakers = new Map<string, Breaker>();
  private readonly listeners = new Set<HealthListener>();
  private readonly options: BreakerOptions;

  constructor(options: Partial<BreakerOptions> = {}) {
    this.options = { ...defaultBreakerOptions, ...options };
  }

  /** The breaker of a provider; the same one for the same kind and name. */
  breaker(kind: ProviderKind, provider: string): Breaker {
    const key = `${kind}:${provider}`;
    const known = this.breakers.get(key);
    if (known !== undefined) return known;
    const made = new Breaker(kind, provider, this.options, (status) => {
      for (const listener of this.listeners) listener(status);
    });
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
}
