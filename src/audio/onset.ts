// Where in a stream of samples something can first be heard.

/**
 * What can be heard, dBFS: 25 to 30 dB below speech. The noise that a voice leaves in its pauses is below it (of flite's: slt
 * -65, rms -88, awb -60 with peaks of -52).
 */
export const AUDIBLE_DBFS = -50;
/** Over so long, ms: a single click is nothing. */
export const WINDOW_MS = 10;
const FULL_SCALE = 32_768;

/** Looks for the first 10 ms, in steps of 5, whose RMS level is `AUDIBLE_DBFS` or more. */
export class Onset {
  /** Samples of a step; a window is two. */
  private readonly step: number;
  /** A window with this much energy can be heard, samples squared. */
  private readonly enough: number;
  private seen = 0;
  private energy = 0;
  private before = 0;

  /** `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.step = Math.max(1, Math.round((sampleRate * WINDOW_MS) / 2000));
    this.enough = 2 * this.step * FULL_SCALE ** 2 * 10 ** (AUDIBLE_DBFS / 10);
  }

  /**
   * Takes the next PCM16 bytes. Returns where the sound begins, samples since the first chunk's first (at most `WINDOW_MS` early, so
   * that it may lie in an earlier chunk); undefined while there is none. To be asked no more once it has been found.
   */
  find(chunk: Uint8Array): number | undefined {
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      const sample = (((chunk[at + 1] as number) << 24) >> 16) | (chunk[at] as number);
      this.energy += sample * sample;
      this.seen += 1;
      // As soon as it is sure: whoever waits for it waits for nothing more.
      if (this.before + this.energy >= this.enough) {
        const into = this.seen % this.step || this.step;
        const begun = this.seen - into;
        return this.energy >= this.enough ? begun : Math.max(0, begun - this.step);
      }
      if (this.seen % this.step !== 0) continue;
      this.before = this.energy;
      this.energy = 0;
    }
    return undefined;
  }
}
