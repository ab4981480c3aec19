// Where in a stream of samples something can first be heard.

/** What can be heard whatever comes before it, dBFS: 25 to 30 dB below speech as loud as voices make it. */
export const AUDIBLE_DBFS = -50;
/** The same of what a voice begins with, dBFS: its noise is not known yet, and one that begins at once may do so softly. */
const AUDIBLE_AT_ONCE_DBFS = -58;
/** What nobody hears, dBFS, however quietly the voice speaks: 20 dB above the smallest step of PCM16. */
export const SILENT_DBFS = -70;
/** A step is looked at as a whole, ms: about a period of a low voice. */
export const STEP_MS = 5;
/** A sound lasts for so many steps: a click does not. */
const STEPS = 3;
/** As long as a sound takes to be one, ms. */
export const WINDOW_MS = STEPS * STEP_MS;
/** A voice's own noise is what it begins with, for so many steps. */
const NOISE_STEPS = 10;
/** Peaks of that noise are not so much above its level, dB (flite's: awb 8, kal 6). */
const ABOVE_NOISE_DB = 12;
/** Offsets of converters are not larger, full scale = 1. */
const MOST_OFFSET = 0.01;
const FULL_SCALE = 32_768;

const LARGEST = MOST_OFFSET * FULL_SCALE;

const powerOf = (db: number): number => 10 ** (db / 10);
const ABOVE_NOISE = powerOf(ABOVE_NOISE_DB);

/**
 * Looks for the first 15 ms that are louder than the noise the voice begins with by 12 dB, in each of their three steps; louder
 * than `AUDIBLE_DBFS` is always enough, and less than `SILENT_DBFS` never is. An offset is no sound.
 */
export class Onset {
  /** Samples of a step. */
  private readonly step: number;
  /** Energies of a step, samples squared. */
  private readonly audible: number;
  private readonly atOnce: number;
  private readonly silent: number;
  private enough: number;
  private seen = 0;
  private energy = 0;
  private sum = 0;
  private loudSteps = 0;
  private noise = 0;
  private noiseSteps = 0;
  private stirred: number | undefined;

  /** `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.step = Math.max(1, Math.round((sampleRate * STEP_MS) / 1000));
    const unit = this.step * FULL_SCALE ** 2;
    this.audible = unit * powerOf(AUDIBLE_DBFS);
    this.silent = unit * powerOf(SILENT_DBFS);
    this.atOnce = unit * powerOf(AUDIBLE_AT_ONCE_DBFS);
    this.enough = this.atOnce;
  }

  /** Where it was first not silent, samples: with a noise, or with a sound. */
  get stirredAt(): number | undefined {
    return this.stirred;
  }

  /**
   * Takes the next PCM16 bytes. Returns where the sound begins, samples since the first chunk's first (it may lie in an earlier
   * chunk); undefined while there is none. To be asked no more once it has been found.
   */
  find(chunk: Uint8Array): number | undefined {
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      const sample = (((chunk[at + 1] as number) << 24) >> 16) | (chunk[at] as number);
      this.energy += sample * sample;
      this.sum += sample;
      this.seen += 1;
      const into = this.seen % this.step || this.step;
      const whole = into === this.step;
      if (!whole && this.loudSteps < STEPS - 1) continue;
      const offset = Math.max(-LARGEST, Math.min(LARGEST, this.sum / into));
      const about = this.energy - offset * (2 * this.sum - offset * into);
      // As soon as it is sure: whoever waits for it waits for nothing more.
      if (about >= this.enough && this.loudSteps === STEPS - 1) {
        return this.seen - into - (STEPS - 1) * this.step;
      }
      if (whole) this.stepEnded(about);
    }
    return undefined;
  }

  private stepEnded(energy: number): void {
    this.energy = 0;
    this.sum = 0;
    if (energy >= this.silent) this.stirred ??= this.seen - this.step;
    this.loudSteps = energy >= this.enough ? this.loudSteps + 1 : 0;
    if (this.noiseSteps === NOISE_STEPS) return;
    this.noiseSteps += 1;
    this.noise += energy;
    const above = (this.noise / this.noiseSteps) * ABOVE_NOISE;
    const most = this.noiseSteps === NOISE_STEPS ? this.audible : this.atOnce;
    this.enough = Math.min(most, Math.max(this.silent, above));
  }
}
