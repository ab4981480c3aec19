import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { IBackoff, IHalfOpenAfterBackoffContext } from 'cockatiel';
import { ProviderError } from './provider.port.js';
import type { ProviderErrorCode, ProviderKind } from './provider.port.js';

/** `closed`: used. `open`: passed over until its next probe is due. `half_open`: one attempt is finding out. */
export type BreakerState = 'closed' | 'open' | 'half_open';

export interface ProviderStatus {
  readonly kind: ProviderKind;
  readonly provider: string;
  readonly state: BreakerState;
  /** Why it last failed; undefined when it never did. */
  readonly lastFailure: ProviderErrorCode | undefined;
  /** When an open breaker lets the next attempt through, ms since the epoch. */
  readonly nextProbeAt: number | undefined;
}

export interface BreakerOptions {
  /** Failures in a row that open the breaker. */
  readonly failures: number;
  /** How long it stays open at first, ms; it doubles with every probe that fails. */
  readonly openMs: number;
  /** Bound of that doubling, and of what a provider's Retry-After can add, ms. */
  readonly maxOpenMs: number;
  /** From 0 to below 1, as Math.random. */
  readonly random: () => number;
}

export const defaultBreakerOptions: BreakerOptions = {
  failures: 3,
  openMs: 10_000,
  maxOpenMs: 60_000,
  random: Math.random,
};

/** One use of a provider has shown something. */
export interface AttemptVerdict {
  readonly kind: ProviderKind;
  readonly provider: string;
  /** How it failed; undefined when it worked. */
  readonly failure: ProviderErrorCode | undefined;
  /** The attempt was told of before, as one that worked: a stream that broke in the middle. */
  readonly again: boolean;
}

/** An attempt that was ended before it could show anything. */
const UNDECIDED = Symbol('undecided');
type Verdict = 'worked' | typeof UNDECIDED | ProviderError;

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

/** Whether the failure says something about the provider. One that refuses this input may serve the next. */
const isItsFault = (error: ProviderError): boolean => error.code !== 'bad_request';

/** What one use of a provider has shown. Every method may be called late or twice. */
export interface Attempt {
  /** It did what it is there for. A failure may still follow. */
  succeeded(): void;
  failed(error: ProviderError): void;
  /** It was ended from our side before anything was known. */
  abandoned(): void;
}

/** The circuit breaker of one provider, shared by all calls of this process. */
export class Breaker {
  private lastFailure: ProviderErrorCode | undefined;
  private probeAt = 0;
  /** Probes that have failed since the breaker was last closed. */
  private failedProbes = 0;
  private readonly policy;

  constructor(
    readonly kind: ProviderKind,
    readonly provider: string,
    private readonly options: BreakerOptions,
    onChange: (status: ProviderStatus) => void,
    private readonly onVerdict: (verdict: AttemptVerdict) => void,
  ) {
    this.policy = circuitBreaker(
      handleWhenResult((verdict) => verdict !== 'worked'),
      {
        breaker: new ConsecutiveBreaker(options.failures),
        halfOpenAfter: { next: (context) => this.waitAfter(context) },
      },
    );
    this.policy.onStateChange((state) => {
      if (state === CircuitState.Closed) this.failedProbes = 0;
      onChange(this.status());
    });
  }

  /** Whether to go to this provider now: nothing is known against it, or it is time to find out. */
  get available(): boolean {
    if (this.policy.state === CircuitState.Closed) return true;
    return this.policy.state === CircuitState.Open && Date.now() >= this.probeAt;
  }

  status(): ProviderStatus {
    const { kind, provider, lastFailure } = this;
    const state = STATES[this.policy.state];
    return { kind, provider, state, lastFailure, nextProbeAt: state === 'open' ? this.probeAt : undefined };
  }

  /** An attempt begins. On an open breaker whose probe is due it is the probe, and others stay away until it is decided. */
  begin(): Attempt {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const before = this.policy.state;
    this.report(promise);
    const isProbe = before !== CircuitState.HalfOpen && this.policy.state === CircuitState.HalfOpen;
    let decided = false;
    const decide = (verdict: Verdict): void => {
      decided = true;
      resolve(verdict);
    };
    let told: 'nothing' | 'worked' | 'failed' = 'nothing';
    const tell = (failure: ProviderErrorCode | undefined): void => {
      const { kind, provider } = this;
      if (told === 'failed') return;
      this.onVerdict({ kind, provider, failure, again: told === 'worked' });
      told = failure === undefined ? 'worked' : 'failed';
    };
    return {
      succeeded: () => {
        if (decided) return;
        tell(undefined);
        decide('worked');
      },
      failed: (error) => {
        tell(error.code);
        if (!isItsFault(error)) return decide('worked'); // it is there, and it answers
        this.lastFailure = error.code;
        if (decided) this.report(error);
        else decide(error);
      },
      abandoned: () => {
        if (decided) return;
        decided = true;
        // Only a probe is waited for; any other attempt's promise is dropped with it.
        if (isProbe) resolve(UNDECIDED);
      },
    };
  }

  /** Tells cockatiel. It refuses what comes while the breaker is open: that was an attempt of last resort, uncounted. */
  private report(verdict: Verdict | Promise<Verdict>): void {
    this.policy.execute(() => verdict).catch(() => undefined);
  }

  private waitAfter({ result }: IHalfOpenAfterBackoffContext): IBackoff<IHalfOpenAfterBackoffContext> {
    const verdict = 'value' in result ? result.value : undefined;
    const duration = verdict === UNDECIDED ? 0 : this.openFor(verdict);
    this.probeAt = Date.now() + duration;
    return { duration, next: (context) => this.waitAfter(context) };
  }

  private openFor(verdict: unknown): number {
    const { openMs, maxOpenMs, random } = this.options;
    const longest = Math.min(maxOpenMs, openMs * 2 ** this.failedProbes);
    this.failedProbes += 1;
    const asked = verdict instanceof ProviderError ? (verdict.retryAfterMs ?? 0) : 0;
    // A quarter at random, so that the processes of a cluster do not all probe at the same moment.
    return Math.max(longest * (0.75 + random() / 4), Math.min(asked, maxOpenMs));
  }
}
