// What happened in the last so many milliseconds, in bounded memory. `now` never goes back.

/** How often something happened: exact to a slice of the window. */
export class RollingCount {
  private readonly sliceMs: number;
  private readonly slices: { slot: number; count: number }[];

  /** @param slices pieces by which the window moves on: it is shorter than `windowMs` by up to one of them */
  constructor(windowMs: number, slices = 60) {
    this.sliceMs = windowMs / slices;
    this.slices = Array.from({ length: slices }, () => ({ slot: -1, count: 0 }));
  }

  add(now: number, times = 1): void {
    const slot = this.slotOf(now);
    const slice = this.slices[slot % this.slices.length];
    if (slice === undefined) return;
    slice.count = slice.slot === slot ? slice.count + times : times;
    slice.slot = slot;
  }

  total(now: number): number {
    const oldest = this.slotOf(now) - this.slices.length;
    return this.slices.reduce((sum, { slot, count }) => (slot > oldest ? sum + count : sum), 0);
  }

  private slotOf(now: number): number {
    return Math.floor(now / this.sliceMs);
  }
}

/** The latest values of the window, at most so many. */
export class RecentValues {
  private readonly values: Float64Array;
  private readonly times: Float64Array;
  private next = 0;
  private size = 0;

  constructor(
    private readonly windowMs: number,
    private readonly capacity = 2048,
  ) {
    this.values = new Float64Array(capacity);
    this.times = new Float64Array(capacity);
  }

  add(now: number, value: number): void {
    this.values[this.next] = value;
    this.times[this.next] = now;
    this.next = (this.next + 1) % this.capacity;
    this.size = Math.min(this.size + 1, this.capacity);
  }

  /** In ascending order. */
  sorted(now: number): Float64Array {
    return this.values
      .subarray(0, this.size)
      .filter((_, index) => (this.times[index] ?? 0) > now - this.windowMs)
      .sort();
  }
}

/** The value that so many in a hundred of the values do not exceed, by nearest rank; undefined when there are none. */
export function percentile(sorted: Float64Array, perHundred: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((perHundred * sorted.length) / 100) - 1)];
}
