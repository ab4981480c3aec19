/** Answers that are remembered of each model. */
const WINDOW = 100;
/** Fewer say nothing about the slowest twentieth. */
const MIN_SAMPLES = 20;
/** Below this a second request costs more than the wait it saves, ms. */
const FLOOR_MS = 200;

/** How long each model's first token takes, from its last answers. Make one per process. */
export class FirstTokenLatency {
  private readonly samples = new Map<string, number[]>();

  /** @param ms from the request to the first part of the answer; for one that was given up, how long it had taken by then */
  record(model: string, ms: number): void {
    let known = this.samples.get(model);
    if (known === undefined) this.samples.set(model, (known = []));
    known.push(ms);
    if (known.length > WINDOW) known.shift();
  }

  /**
   * The 95th percentile (nearest rank) of the last 100 answers, ms, and at least 200; undefined as long as there are fewer
   * than 20.
   */
  p95(model: string): number | undefined {
    const known = this.samples.get(model);
    if (known === undefined || known.length < MIN_SAMPLES) return undefined;
    const sorted = known.toSorted((a, b) => a - b);
    return Math.max(FLOOR_MS, sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0);
  }
}
