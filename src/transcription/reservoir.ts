/**
 * A uniform sample of all values so far, of a fixed size: Vitter's Algorithm R ("Random Sampling with a Reservoir", 1985).
 * Up to `capacity` values its quantiles are exact.
 */
export class Reservoir {
  private readonly sample: Float64Array;
  private seen = 0;

  /** @param random from 0 to below 1, as Math.random */
  constructor(
    capacity: number,
    private readonly random: () => number = Math.random,
  ) {
    this.sample = new Float64Array(capacity);
  }

  get count(): number {
    return this.seen;
  }

  add(value: number): void {
    const at = this.seen < this.sample.length ? this.seen : Math.floor(this.random() * (this.seen + 1));
    if (at < this.sample.length) this.sample[at] = value;
    this.seen += 1;
  }

  /** The smallest value that at least these parts (0 to 1) of the values do not exceed; null when there are none. */
  quantiles(parts: readonly number[]): (number | null)[] {
    const sorted = this.sample.slice(0, this.seen).sort();
    return parts.map((part) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null);
  }
}
