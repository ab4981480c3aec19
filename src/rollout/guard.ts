// Whether a provider does well enough to keep its callers: counts, latencies and the state of its circuit breaker in a
// window of time, and the bounds they are held against. Knows no shares and moves nobody.
import type { ProviderErrorCode, ProviderKind } from '../provider/provider.port.js';
import type { HoldCause } from './rollout.port.js';
import { percentile, RecentValues, RollingCount } from './sliding-window.js';

export interface GuardBounds {
  /** How far back is looked, ms. */
  readonly windowMs: number;
  /** Percent of the uses that may fail. */
  readonly maxErrorPercent: number;
  /** 95th percentile of the latency that is allowed, ms. */
  readonly maxP95Ms: number;
  /**
   * Fewer uses, or latencies, are judged as if the missing ones had all been good. So with 200 and 1 % it takes three
   * failures, however few uses there were: a turn that fails and fails again when it is retried moves nobody.
   */
  readonly minSamples: number;
}

export const defaultGuardBounds: GuardBounds = {
  windowMs: 5 * 60_000,
  maxErrorPercent: 1,
  maxP95Ms: 5_000,
  minSamples: 200,
};

/** What a provider has shown within the window. */
export interface Measured {
  /** Uses that have shown something: requests to a model, spoken replies, streams of a recogniser. */
  readonly attempts: number;
  /** Those that failed, also those that failed midway. */
  readonly errors: number;
  readonly latencies: number;
  /** Those over the bound. */
  readonly slow: number;
  /** ms; undefined when there is no latency. */
  readonly p95Ms: number | undefined;
  /** Why its circuit breaker is open, while no probe is due. */
  readonly down: ProviderErrorCode | undefined;
}

export interface Verdict {
  readonly cause: HoldCause;
  /** A sentence with the numbers. */
  readonly why: string;
}

/** The percentile of the latencies that is bounded: of so many in a hundred the rest may be slower. */
const PERCENTILE = 95;

/** What is wrong, the worst first; undefined when nothing is. */
export function judge(measured: Measured, bounds: GuardBounds): Verdict | undefined {
  const { attempts, errors, latencies, slow, p95Ms, down } = measured;
  const { maxErrorPercent, maxP95Ms, minSamples, windowMs } = bounds;
  if (down !== undefined) return { cause: 'down', why: `It is down: it failed several times in a row (${down}).` };
  const span = `in the last ${duration(windowMs)}`;
  if (100 * errors > maxErrorPercent * Math.max(attempts, minSamples)) {
    const rate = `${errorPercent(measured)} %, over ${maxErrorPercent} %`;
    return { cause: 'errors', why: `${errors} of ${attempts} uses ${span} failed: ${rate}.` };
  }
  if (100 * slow > (100 - PERCENTILE) * Math.max(latencies, minSamples)) {
    const p95 = `p95 of ${latencies} latencies ${span} is ${Math.round(p95Ms ?? 0)} ms`;
    return { cause: 'latency', why: `${p95}, over ${maxP95Ms} ms: find out why.` };
  }
  return undefined;
}

/** Percent of the uses that failed, with two decimals at most; undefined when there were none. */
export function errorPercent({ attempts, errors }: Pick<Measured, 'attempts' | 'errors'>): number | undefined {
  return attempts === 0 ? undefined : Math.round((10_000 * errors) / attempts) / 100;
}

interface Sheet {
  readonly attempts: RollingCount;
  readonly errors: RollingCount;
  readonly latencies: RecentValues;
  readonly cacheHits: RollingCount;
  readonly cacheable: RollingCount;
  openUntil: number;
  openFor: ProviderErrorCode;
}

/** The measurements of this process. Bounded by the number of providers that there are. */
export class Guard {
  private readonly sheets = new Map<string, Sheet>();

  /** @param now ms on a clock that never goes back */
  constructor(
    readonly bounds: GuardBounds,
    private readonly now: () => number,
  ) {}

  /** A use has worked, or failed; `again`: it has been counted before, as one that worked. */
  attempt(kind: ProviderKind, provider: string, failed: boolean, again = false): void {
    const sheet = this.sheet(kind, provider);
    if (!again) sheet.attempts.add(this.now());
    if (failed) sheet.errors.add(this.now());
  }

  /** A turn has waited so long for this provider. */
  latency(kind: ProviderKind, provider: string, ms: number): void {
    this.sheet(kind, provider).latencies.add(this.now(), ms);
  }

  /** So much of its input came out of the vendor's cache, of so much; in tokens. */
  cache(kind: ProviderKind, provider: string, hits: number, all: number): void {
    const { cacheHits, cacheable } = this.sheet(kind, provider);
    cacheHits.add(this.now(), hits);
    cacheable.add(this.now(), all);
  }

  /** Within the window. */
  cached(kind: ProviderKind, provider: string): { readonly hits: number; readonly all: number } {
    const { cacheHits, cacheable } = this.sheet(kind, provider);
    return { hits: cacheHits.total(this.now()), all: cacheable.total(this.now()) };
  }

  /** Its circuit breaker has opened, and lets nobody through for so long, ms; 0 when it has closed. */
  opened(kind: ProviderKind, provider: string, ms: number, code: ProviderErrorCode = 'unavailable'): void {
    const sheet = this.sheet(kind, provider);
    sheet.openUntil = ms === 0 ? -Infinity : this.now() + ms;
    sheet.openFor = code;
  }

  /** `maxP95Ms`: what counts as slow; the guard's own bound when absent. */
  measured(kind: ProviderKind, provider: string, maxP95Ms = this.bounds.maxP95Ms): Measured {
    const now = this.now();
    const { attempts, errors, latencies, openUntil, openFor } = this.sheet(kind, provider);
    const sorted = latencies.sorted(now);
    const failed = errors.total(now);
    return {
      // A stream that began before the window may have failed in it.
      attempts: Math.max(attempts.total(now), failed),
      errors: failed,
      latencies: sorted.length,
      slow: sorted.reduce((count, ms) => (ms > maxP95Ms ? count + 1 : count), 0),
      p95Ms: percentile(sorted, PERCENTILE),
      down: openUntil > now ? openFor : undefined,
    };
  }

  judge(kind: ProviderKind, provider: string): Verdict | undefined {
    return judge(this.measured(kind, provider), this.bounds);
  }

  /** Forgets what was measured: a person has lifted a hold, and what led to it must not lead to it again. */
  forget(kind: ProviderKind, provider: string): void {
    this.sheets.delete(`${kind}:${provider}`);
  }

  private sheet(kind: ProviderKind, provider: string): Sheet {
    const key = `${kind}:${provider}`;
    const known = this.sheets.get(key);
    if (known !== undefined) return known;
    const { windowMs } = this.bounds;
    const made: Sheet = {
      attempts: new RollingCount(windowMs),
      errors: new RollingCount(windowMs),
      latencies: new RecentValues(windowMs),
      cacheHits: new RollingCount(windowMs),
      cacheable: new RollingCount(windowMs),
      openUntil: -Infinity,
      openFor: 'unavailable',
    };
    this.sheets.set(key, made);
    return made;
  }
}

function duration(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
