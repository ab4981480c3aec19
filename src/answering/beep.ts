// The beep of an answering machine: one steady tone. Each frame's energy is compared with what Goertzel's filter finds at the
// frequency where most of it is (G. Goertzel, American Mathematical Monthly 65/1, 1958).

/** Frames, ms. */
const FRAME_MS = 20;
/** Beeps are within these, Hz. */
const LOWEST_HZ = 400;
const HIGHEST_HZ = 2200;
const STEP_HZ = 25;
/** A tone is so much of a frame's energy; a vowel is less, and two tones (a dial tone, a key) are half each. */
const LEAST_SHARE = 0.8;
/** Of full scale, squared: about -45 dBFS. */
const LEAST_POWER = 3e-5;
/** Frames of the same tone that make a beep: shorter ones are clicks and noises. */
const LEAST_FRAMES = 8;
const MAX_DRIFT_HZ = 30;

export class BeepDetector {
  private readonly frame: Float64Array;
  private readonly bank: readonly { readonly hz: number; readonly coefficient: number }[];
  private filled = 0;
  private hz = 0;
  private frames = 0;

  /** @param sampleRate of the PCM16, Hz */
  constructor(sampleRate: number) {
    this.frame = new Float64Array(Math.round((sampleRate * FRAME_MS) / 1000));
    const count = Math.floor((HIGHEST_HZ - LOWEST_HZ) / STEP_HZ) + 1;
    this.bank = Array.from({ length: count }, (_, n) => {
      const hz = LOWEST_HZ + n * STEP_HZ;
      return { hz, coefficient: 2 * Math.cos((2 * Math.PI * hz) / sampleRate) };
    });
  }

  /** Takes PCM16 of any even length; true when a beep is heard in it, or still. */
  push(chunk: Uint8Array): boolean {
    const samples = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let isBeep = false;
    for (let at = 0; at + 1 < chunk.length; at += 2) {
      this.frame[this.filled] = samples.getInt16(at, true) / 0x8000;
      this.filled += 1;
      if (this.filled < this.frame.length) continue;
      this.filled = 0;
      isBeep = this.judge() || isBeep;
    }
    return isBeep;
  }

  private judge(): boolean {
    const { frame } = this;
    const energy = frame.reduce((sum, sample) => sum + sample * sample, 0);
    const loudest = energy / frame.length < LEAST_POWER ? undefined : this.loudest();
    // A sine of amplitude A has A^2 N / 2 of energy, and |X|^2 of A^2 N^2 / 4.
    const share = loudest === undefined ? 0 : (2 * loudest.power) / (frame.length * energy);
    if (loudest === undefined || share < LEAST_SHARE) this.frames = 0;
    else {
      this.frames = Math.abs(loudest.hz - this.hz) <= MAX_DRIFT_HZ ? this.frames + 1 : 1;
      this.hz = loudest.hz;
    }
    return this.frames >= LEAST_FRAMES;
  }

  private loudest(): { readonly hz: number; readonly power: number } {
    let best = { hz: 0, power: 0 };
    for (const { hz, coefficient } of this.bank) {
      let [before, last] = [0, 0];
      for (const sample of this.frame) [before, last] = [last, sample + coefficient * last - before];
      const power = before * before + last * last - coefficient * before * last;
      if (power > best.power) best = { hz, power };
    }
    return best;
  }
}
