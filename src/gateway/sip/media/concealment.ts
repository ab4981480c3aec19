/** Pitch of voices, Hz. */
const LOWEST_PITCH = 66;
const HIGHEST_PITCH = 400;
/** Over so much the last samples are compared with those before, ms. */
const COMPARED_MS = 16;
/** A loss is at full level for so long, and silent after so long, ms. */
const FULL_MS = 10;
const SILENT_MS = 60;
/** How long what is made up goes over into what has come, ms. */
const CROSSFADE_MS = 4;

/**
 * Speaks on where packets are missing, in the manner of ITU-T G.711 Appendix I: the last pitch period is repeated, softer and
 * softer, and goes over into the real voice when that is back. After 60 ms there is silence: what is longer is no gap in a
 * sound, and a recogniser would hear it as speech.
 */
export class Concealment {
  private readonly perMs: number;
  /** The latest samples that have come, as many as two of the longest periods. */
  private readonly history: Int16Array;
  private heard = 0;
  /** The period that is being repeated, and how far the loss has gone, samples. */
  private period: Int16Array | undefined;
  private lost = 0;

  /** `rate` in Hz. */
  constructor(private readonly rate: number) {
    this.perMs = rate / 1000;
    this.history = new Int16Array(Math.ceil(rate / LOWEST_PITCH) + COMPARED_MS * this.perMs);
  }

  /** Samples that have come. After a loss their beginning is mixed with what would have been said on. */
  join(samples: Int16Array): Int16Array {
    const { period } = this;
    this.remember(samples);
    if (period === undefined) return samples;
    const joined = samples.slice();
    const over = Math.min(joined.length, CROSSFADE_MS * this.perMs);
    for (let at = 0; at < over; at += 1) {
      const share = (at + 1) / (over + 1);
      joined[at] = Math.round((joined[at] as number) * share + this.spoken(period, this.lost + at) * (1 - share));
    }
    this.period = undefined;
    this.lost = 0;
    return joined;
  }

  /** So many samples that are missing. */
  fill(count: number): Int16Array {
    if (this.heard === 0) return new Int16Array(count);
    this.period ??= this.lastPeriod();
    const { period } = this;
    const made = new Int16Array(count);
    for (let at = 0; at < count; at += 1) made[at] = this.spoken(period, this.lost + at);
    this.lost += count;
    return made;
  }

  private spoken(period: Int16Array, at: number): number {
    const gain = Math.min(1, Math.max(0, (SILENT_MS - at / this.perMs) / (SILENT_MS - FULL_MS)));
    return gain === 0 ? 0 : Math.round((period[at % period.length] as number) * gain);
  }

  private remember(samples: Int16Array): void {
    const { history } = this;
    const kept = samples.subarray(Math.max(0, samples.length - history.length));
    history.copyWithin(0, kept.length);
    history.set(kept, history.length - kept.length);
    this.heard = Math.min(history.length, this.heard + samples.length);
  }

  /** The last period of the voice: the lag at which the latest samples are most like those before (normalised correlation). */
  private lastPeriod(): Int16Array {
    const { history } = this;
    const compared = COMPARED_MS * this.perMs;
    const shortest = Math.floor(this.rate / HIGHEST_PITCH);
    const longest = Math.min(Math.ceil(this.rate / LOWEST_PITCH), this.heard - compared);
    if (longest < shortest) return new Int16Array(1);
    let best = shortest;
    let likeness = Number.NEGATIVE_INFINITY;
    for (let lag = shortest; lag <= longest; lag += 1) {
      let product = 0;
      let energy = 1;
      for (let at = history.length - compared; at < history.length; at += 1) {
        const before = history[at - lag] as number;
        product += (history[at] as number) * before;
        energy += before * before;
      }
      const like = product / Math.sqrt(energy);
      if (like > likeness) {
        likeness = like;
        best = lag;
      }
    }
    return history.slice(history.length - best);
  }
}
