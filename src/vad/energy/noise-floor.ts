/** Length of the window that the minimum is taken over, ms: longer than people speak without a pause between words. */
const WINDOW_MS = 4000;
/** The window is a ring of this many parts, each remembered by its own minimum. */
const PARTS = 10;
/** Share of the newest frame in the smoothed level. */
const SMOOTHING = 0.2;
/** The minimum of a fluctuating level lies below its mean by about this much, dB. */
const BIAS_DB = 2;
/** What is assumed before anything was heard, dBFS: a loud room, since it costs less to be late than to hear a fan speak. */
const INITIAL_DBFS = -50;
/** The loudest floor that is believed, dBFS; lower in the first window, which may hold nothing but a voice. */
const LOUDEST_DBFS = -30;
const LOUDEST_AT_FIRST_DBFS = -45;

/**
 * Level of the steady background, dBFS, by minimum statistics (Martin 2001, simplified): speech dips to the background
 * between words, so that the minimum of the smoothed level over a few seconds is the background, also while somebody
 * speaks. Needs no decision about what is speech, and so cannot lock itself out.
 */
export class NoiseFloor {
  private readonly partFrames: number;
  private readonly minima = new Float64Array(PARTS).fill(Number.POSITIVE_INFINITY);
  private part = 0;
  private inPart = 0;
  private smoothed = INITIAL_DBFS;
  private current = Number.POSITIVE_INFINITY;
  private floor = INITIAL_DBFS;
  private loudest = LOUDEST_AT_FIRST_DBFS;

  /** @param frameMs length of the frames whose levels will be given, ms */
  constructor(frameMs: number) {
    this.partFrames = Math.max(1, Math.round(WINDOW_MS / PARTS / frameMs));
  }

  /** Takes the next frame's level, dBFS, and returns the floor, dBFS. */
  update(level: number): number {
    this.smoothed += SMOOTHING * (level - this.smoothed);
    if (this.smoothed < this.current) this.current = this.smoothed;
    this.inPart += 1;
    if (this.inPart === this.partFrames) {
      this.minima[this.part] = this.current;
      this.part = (this.part + 1) % PARTS;
      if (this.part === 0) this.loudest = LOUDEST_DBFS;
      this.inPart = 0;
      this.current = Number.POSITIVE_INFINITY;
      this.floor = this.minima.reduce((least, minimum) => Math.min(least, minimum), Number.POSITIVE_INFINITY);
    }
    return Math.min(this.loudest, Math.min(this.floor, this.smoothed) + BIAS_DB);
  }
}
