// How late the event loop of this process is, and why. One timer measures for all who want to know: admission, metrics, calls.
import { createHistogram, PerformanceObserver, type RecordableHistogram } from 'node:perf_hooks';

/** How often the loop is asked whether it is late, ms; and while nobody minds: what wakes an idle process costs it most. */
const TICK_MS = 20;
const IDLE_TICK_MS = 200;
/** Later than this it is a stall, ms: audio is sent and heard every 20. */
export const STALL_MS = 50;
/** How long the collector is watched after a stall of our own, ms. */
const WATCH_GC_MS = 60_000;
const NS_PER_MS = 1e6;
const HALF = 0.5;

/** `gc`: the collector of garbage; `code`: our own; `host`: this thread had no processor, or waited for a disk. */
export type StallCause = 'gc' | 'code' | 'host';

export interface Stall {
  /** How late the loop was, ms. */
  readonly ms: number;
  readonly cause: StallCause;
}

/** What one reader has seen since it last began anew. */
export class LoopWindow {
  private readonly late: RecordableHistogram = createHistogram();

  /** `ms` may be a fraction. */
  record(ms: number): void {
    this.late.record(Math.max(1, Math.round(ms * NS_PER_MS)));
  }

  /** How late the loop was on the average, ms; 0 before the first. */
  get meanMs(): number {
    return this.late.count === 0 ? 0 : this.late.mean / NS_PER_MS;
  }

  /** `quantile` from 0 to 1. */
  quantileMs(quantile: number): number {
    return this.late.count === 0 ? 0 : this.late.percentile(Math.max(quantile * 100, 1e-3)) / NS_PER_MS;
  }

  reset(): void {
    this.late.reset();
  }
}

interface Late {
  readonly from: number;
  readonly ms: number;
  /** Processor time of this thread meanwhile, and of all of the process, ms. */
  readonly ownMs: number;
  readonly allMs: number;
}

/** Measures until it is closed. It does not keep the process alive. */
export class LoopMeter {
  private readonly windows: LoopWindow[] = [];
  private readonly listeners: ((stall: Stall) => void)[] = [];
  private timer: NodeJS.Timeout;
  private tickMs = TICK_MS;
  private minded = (): boolean => true;
  private readonly garbage = new GarbageWatch();
  private last = performance.now();
  private own = cpuMs(threadCpuUsage());
  private all = cpuMs(process.cpuUsage());
  /** It is known at the next tick what the collector did meanwhile. */
  private stalled: Late | undefined;

  constructor() {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** A new reader. */
  window(): LoopWindow {
    const window = new LoopWindow();
    this.windows.push(window);
    return window;
  }

  /** Looks more seldom while `minded` says no, and then misses what is shorter than 200 ms. */
  mind(minded: () => boolean): void {
    this.minded = minded;
  }

  /** Told of each stall, a tick after it. `listener` must not throw. */
  onStall(listener: (stall: Stall) => void): void {
    this.listeners.push(listener);
  }

  close(): void {
    clearInterval(this.timer);
    this.garbage.close();
  }

  private tick(): void {
    const now = performance.now();
    const own = cpuMs(threadCpuUsage());
    const all = cpuMs(process.cpuUsage());
    const { stalled, last: from } = this;
    const ms = Math.max(0, now - from - this.tickMs);
    for (const window of this.windows) window.record(ms);
    if (stalled !== undefined) this.tell(stalled);
    this.stalled = ms < STALL_MS ? undefined : { from, ms, ownMs: own - this.own, allMs: all - this.all };
    if (this.stalled === undefined) this.garbage.forget(from);
    this.last = now;
    this.own = own;
    this.all = all;
    const tickMs = this.minded() ? TICK_MS : IDLE_TICK_MS;
    if (tickMs === this.tickMs) return;
    this.tickMs = tickMs;
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), tickMs).unref();
  }

  private tell({ from, ms, ownMs, allMs }: Late): void {
    // The collector has helpers in other threads, for which this one waits.
    const isGarbage = allMs >= ms * HALF && this.garbage.took(from, ms);
    const cause = isGarbage ? 'gc' : ownMs >= ms * HALF ? 'code' : 'host';
    if (cause !== 'host') this.garbage.watch();
    for (const listener of this.listeners) listener({ ms, cause });
  }
}

/**
 * What the collector of garbage did. Node's observer costs some 65 us for each of its runs (measured: up to a tenth of what a
 * process spends that does nothing but make garbage), so that it only looks for a minute after a stall; before, it is known
 * when a major collection has ended, which costs nothing, and not how long it took.
 */
class GarbageWatch {
  private runs: { readonly at: number; readonly ms: number }[] = [];
  private observer: PerformanceObserver | undefined;
  private until: NodeJS.Timeout | undefined;
  private majorAt = -1;
  private closed = false;
  private readonly gone = new FinalizationRegistry<undefined>(() => {
    this.majorAt = performance.now();
    this.expectMajor();
  });

  constructor() {
    this.expectMajor();
  }

  /** Whether most of a stall was the collector's. */
  took(from: number, ms: number): boolean {
    if (this.observer === undefined) return this.majorAt >= from;
    const inside = this.runs.filter(({ at }) => at >= from && at <= from + ms + TICK_MS);
    return inside.reduce((sum, run) => sum + run.ms, 0) >= ms * HALF;
  }

  watch(): void {
    if (this.closed) return;
    clearTimeout(this.until);
    this.until = setTimeout(() => this.rest(), WATCH_GC_MS).unref();
    if (this.observer !== undefined) return;
    this.observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) this.runs.push({ at: startTime, ms: duration });
    });
    this.observer.observe({ type: 'gc' });
  }

  /** Nobody will ask for what was before. */
  forget(before: number): void {
    if (this.runs.length > 0) this.runs = this.runs.filter(({ at }) => at >= before);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.until);
    this.rest();
  }

  private rest(): void {
    this.observer?.disconnect();
    this.observer = undefined;
    this.runs = [];
  }

  /** Nobody holds it: the next major collection takes it. A minor one does not look at it. */
  private expectMajor(): void {
    if (!this.closed) this.gone.register({}, undefined);
  }
}

/** Older Nodes do not tell of one thread. */
const thread: { threadCpuUsage?: () => NodeJS.CpuUsage } = process;

/** Of this thread alone, where Node tells (23.9 and later): recognisers and voices work in others. */
const threadCpuUsage = (): NodeJS.CpuUsage => thread.threadCpuUsage?.() ?? process.cpuUsage();

const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
