/** Of every recording, Hz: what speech recognition wants; a telephone's 8 kHz are raised to it. */
export const RECORDING_RATE = 16_000;
export const SAMPLES_PER_MS = RECORDING_RATE / 1000;

const BLOCK = RECORDING_RATE;

/**
 * One side of a recording while it is held in memory: samples at their places, silence everywhere else. Places are samples
 * since the recording's zero. Costs memory for sound only.
 */
export class Track {
  private readonly blocks = new Map<number, Int16Array>();
  private from = 0;

  /** Puts samples at a place, over what is there; what lies before the part that was taken is too late, and left out. */
  put(at: number, samples: Int16Array): void {
    const late = Math.max(0, this.from - at);
    for (let n = late; n < samples.length;) {
      const place = at + n;
      const inside = place % BLOCK;
      const length = Math.min(BLOCK - inside, samples.length - n);
      this.block(Math.floor(place / BLOCK)).set(samples.subarray(n, n + length), inside);
      n += length;
    }
  }

  /** Nothing is to be heard between two places any more. */
  silence(from: number, to: number): void {
    for (const [index, block] of this.blocks) {
      const start = index * BLOCK;
      block.fill(0, Math.max(0, from - start), Math.max(0, Math.min(BLOCK, to - start)));
    }
  }

  /** Copies what lies before `to` and was not taken yet into one channel of interleaved samples, and forgets it. */
  take(to: number, stereo: Int16Array, channel: 0 | 1): void {
    const { from } = this;
    this.from = to;
    for (const [index, block] of this.blocks) {
      const start = index * BLOCK;
      const last = Math.min(to, start + BLOCK);
      for (let place = Math.max(from, start); place < last; place += 1) {
        stereo[(place - from) * 2 + channel] = block[place - start] as number;
      }
      if (start + BLOCK <= to) this.blocks.delete(index);
    }
  }

  /** Whether there is anything but silence before `to`. */
  has(to: number): boolean {
    return [...this.blocks.keys()].some((index) => index * BLOCK < to);
  }

  private block(index: number): Int16Array {
    let block = this.blocks.get(index);
    if (block === undefined) this.blocks.set(index, (block = new Int16Array(BLOCK)));
    return block;
  }
}
