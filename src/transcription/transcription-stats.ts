import { Reservoir } from './reservoir.js';
import type { TranscriptionObserver, TranscriptionOutcome } from './transcription-observer.port.js';

/** Latencies that quantiles are taken from: exact up to so many, a fair sample beyond (32 KB for each kind). */
const SAMPLE = 4096;
const PARTS = [0.5, 0.95, 0.99] as const;

export interface Latency {
  readonly count: number;
  /** ms; null before the first. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Of this process, since it started. */
export interface StatsReport {
  /** ISO 8601. */
  readonly since: string;
  readonly requests: number;
  readonly success: number;
  readonly failures: number;
  /** Failures by code. */
  readonly failuresByCode: Readonly<Record<string, number>>;
  readonly cache: {
    readonly hits: number;
    readonly misses: number;
    /** Misses that were answered by another request's work. */
    readonly shared: number;
    /** Hits among the successes, 0 to 1; null before the first. */
    readonly hitRate: number | null;
  };
  readonly latencyMs: {
    readonly all: Latency;
    readonly cached: Latency;
    readonly transcribed: Latency;
  };
  /** Time that transcribing took for each second of audio, cache hits left out; null before the first. */
  readonly realTimeFactor: number | null;
  /** Transcribed, s. */
  readonly audioSeconds: number;
}

/** Counts and latencies of all requests, in bounded memory. */
export class TranscriptionStats implements TranscriptionObserver {
  private requests = 0;
  private success = 0;
  private hits = 0;
  private shared = 0;
  private audioSeconds = 0;
  private workMs = 0;
  /** The codes are a closed set, so this is bounded. */
  private readonly failures = new Map<string, number>();
  private readonly all;
  private readonly cached;
  private readonly transcribed;

  constructor(
    private readonly since: Date = new Date(),
    random: () => number = Math.random,
  ) {
    this.all = new Reservoir(SAMPLE, random);
    this.cached = new Reservoir(SAMPLE, random);
    this.transcribed = new Reservoir(SAMPLE, random);
  }

  finished({ outcome, cached, shared, latencyMs, audioSeconds }: TranscriptionOutcome): void {
    this.requests += 1;
    if (outcome !== 'ok') {
      this.failures.set(outcome, (this.failures.get(outcome) ?? 0) + 1);
      return;
    }
    this.success += 1;
    this.all.add(latencyMs);
    if (cached) {
      this.hits += 1;
      this.cached.add(latencyMs);
      return;
    }
    this.transcribed.add(latencyMs);
    if (shared) {
      this.shared += 1;
      return;
    }
    this.workMs += latencyMs;
    this.audioSeconds += audioSeconds;
  }

  report(): StatsReport {
    const { requests, success, hits, shared, audioSeconds, workMs } = this;
    return {
      since: this.since.toISOString(),
      requests,
      success,
      failures: requests - success,
      failuresByCode: Object.fromEntries(this.failures),
      cache: { hits, misses: success - hits, shared, hitRate: success === 0 ? null : hits / success },
      latencyMs: {
        all: latencyOf(this.all),
        cached: latencyOf(this.cached),
        transcribed: latencyOf(this.transcribed),
      },
      realTimeFactor: audioSeconds === 0 ? null : workMs / 1000 / audioSeconds,
      audioSeconds,
    };
  }
}

function latencyOf(reservoir: Reservoir): Latency {
  const [p50 = null, p95 = null, p99 = null] = reservoir.quantiles(PARTS);
  return { count: reservoir.count, p50, p95, p99 };
}
