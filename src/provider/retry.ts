// The one retry policy of the house. It lives above the adapters: they only say in their errors whether a retry can help,
// and the retries of the SDKs are off, so that no retry loop runs inside another.
import type { ProviderError } from './provider.port.js';

export interface RetryOptions {
  /** How often one provider is tried for one thing, the first time included. */
  readonly attempts: number;
  /** Longest wait before the first retry, ms; it doubles with every further one. */
  readonly baseMs: number;
  /** Bound of that doubling, ms. */
  readonly maxMs: number;
  /** A caller is on the line: a provider that asks for a longer wait than this is not tried again, ms. */
  readonly maxRetryAfterMs: number;
  /** From 0 to below 1, as Math.random. */
  readonly random: () => number;
}

export const defaultRetryOptions: RetryOptions = {
  attempts: 2,
  baseMs: 250,
  maxMs: 2000,
  maxRetryAfterMs: 3000,
  random: Math.random,
};

export class RetryPolicy {
  private readonly options: RetryOptions;

  constructor(options: Partial<RetryOptions> = {}) {
    this.options = { ...defaultRetryOptions, ...options };
  }

  /**
   * How long to wait before the same provider is asked again, ms; undefined when it should not be.
   *
   * The wait is half fixed and half random ("equal jitter" in AWS's "Exponential Backoff And Jitter"), so that calls that
   * lost a provider together do not come back together, and never shorter than the provider asked for.
   *
   * @param tries how often it has been asked so far, 1 or more
   */
  delayMs(error: ProviderError, tries: number): number | undefined {
    const { attempts, baseMs, maxMs, maxRetryAfterMs, random } = this.options;
    const asked = error.retryAfterMs ?? 0;
    if (!error.retryable || tries >= attempts || asked > maxRetryAfterMs) return undefined;
    const longest = Math.min(maxMs, baseMs * 2 ** (tries - 1));
    return Math.max(asked, (longest + random() * longest) / 2);
  }
}

/** Runs `action` once after `ms`; the returned function cancels it. */
export type After = (ms: number, action: () => void) => () => void;

export const afterTimeout: After = (ms, action) => {
  const timer = setTimeout(action, ms);
  return () => {
    clearTimeout(timer);
  };
};

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
export function pause(ms: number, signal: AbortSignal, after: After): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const aborted = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = after(ms, () => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
    signal.addEventListener('abort', aborted, { once: true });
  });
}
