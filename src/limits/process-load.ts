import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { LoopMeter, LoopWindow } from '../eventloop/loop-meter.js';
import type { Load } from './limits.port.js';

export interface LoadLimits {
  /** Share of the time that the event loop may be at work, percent; 0: any. */
  readonly loopPercent: number;
  /** How late timers may be on the average of a sample, ms; 0: any. */
  readonly loopDelayMs: number;
  /** Share of the heap, and of the memory that a container leaves the process, that may be in use, percent; 0: any. */
  readonly memoryPercent: number;
}

/** What is measured of the process in a sample. */
export interface LoadSample {
  /** 0 to 1. */
  readonly utilization: number;
  /** ms. */
  readonly delayMs: number;
  /** 0 to 1. */
  readonly memory: number;
}

export const SAMPLE_MS = 500;
/** Most calls that are taken in one sample. */
const BURST = 50;
/** So many samples a call has to be there before what it costs is seen: first its caller speaks. */
const UNSEEN_SAMPLES = 10;
/** How much a sample counts against those before it: a single long pause of the collector closes no door. */
const WEIGHT = 0.3;
/** With fewer calls than that nobody sees what one costs. */
const FEW = 10;
/** So many are taken until it was seen once: a third of a core, with vendors' engines (docs/benchmarks.md). */
const FIRST = 200;

/**
 * Admission by how the process is: by the share of time that its event loop works, by how late it is, by its memory. From the
 * calls that there are it is estimated what one costs, so that a crowd which comes at once gets the room that is left, and not
 * more before it is seen what it costs.
 */
export class ProcessLoad implements Load {
  private smooth: LoadSample = { utilization: 0, delayMs: 0, memory: 0 };
  /** Until somebody measures. */
  private room = Number.POSITIVE_INFINITY;
  /** Calls that were taken in each of the last samples, the newest last. */
  private taken: number[] = [0];
  /** What a call costs, as it was last seen: of the time of the event loop, 0 to 1. */
  private cost: number | undefined;
  private closed = false;

  /** @param onChange told when the door is closed, and when it is open again, with what was measured */
  constructor(
    private readonly limits: LoadLimits,
    private readonly onChange: (closed: boolean, measured: string) => void = () => undefined,
  ) {}

  get busy(): boolean {
    return this.room <= 0;
  }

  take(): boolean {
    if (this.busy) return false;
    this.room -= 1;
    this.taken.push((this.taken.pop() ?? 0) + 1);
    return true;
  }

  /** To be told every SAMPLE_MS, with the calls that there are. */
  sampled(sample: LoadSample, calls: number): void {
    const before = this.smooth;
    const blend = (key: keyof LoadSample): number => before[key] + WEIGHT * (sample[key] - before[key]);
    this.smooth = { utilization: blend('utilization'), delayMs: blend('delayMs'), memory: sample.memory };
    this.room = this.roomFor(calls);
    this.taken = [...this.taken, 0].slice(-UNSEEN_SAMPLES);
    if (this.closed === this.busy) return;
    this.closed = this.busy;
    this.onChange(this.closed, this.describe());
  }

  private describe(): string {
    const { utilization, delayMs, memory } = this.smooth;
    const percent = (share: number): string => `${Math.round(share * 100)} %`;
    return `event loop ${percent(utilization)} at work and ${Math.round(delayMs)} ms late, memory ${percent(memory)} used`;
  }

  private roomFor(calls: number): number {
    const { loopPercent, loopDelayMs, memoryPercent } = this.limits;
    const { utilization, delayMs, memory } = this.smooth;
    if (loopDelayMs > 0 && delayMs > loopDelayMs) return 0;
    if (memoryPercent > 0 && memory > memoryPercent / 100) return 0;
    if (loopPercent === 0) return Number.POSITIVE_INFINITY;
    const left = loopPercent / 100 - utilization;
    if (left <= 0) return 0;
    const unseen = this.taken.reduce((sum, count) => sum + count, 0);
    const seen = calls - unseen;
    if (seen >= FEW) this.cost = utilization / seen;
    const most = this.cost === undefined ? FIRST : Math.min(BURST + unseen, left / this.cost);
    return Math.max(0, Math.floor(most - unseen));
  }
}

/** Measures this process every half a second until it is closed. */
export class LoadMeter {
  private readonly delay: LoopWindow;
  private readonly timer: NodeJS.Timeout;
  private last: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(meter: LoopMeter, load: ProcessLoad, calls: () => number) {
    this.delay = meter.window();
    this.timer = setInterval(() => load.sampled(this.measure(), calls()), SAMPLE_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private measure(): LoadSample {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.last);
    this.last = now;
    const { meanMs: delayMs } = this.delay;
    this.delay.reset();
    return { utilization, delayMs, memory: memoryInUse() };
  }
}

function memoryInUse(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  // 0, or more than any machine has, where nobody has set a limit.
  const constrained = process.constrainedMemory();
  const isConstrained = constrained > 0 && constrained < Number.MAX_SAFE_INTEGER;
  return Math.max(used / limit, isConstrained ? process.memoryUsage.rss() / constrained : 0);
}
