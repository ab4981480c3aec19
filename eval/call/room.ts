// The room between a loudspeaker and a microphone: steady noise, and the agent's own voice coming back, later and softer.
import { RATE } from '../script/spelling.js';

/** How much of what was played is remembered, ms: longer than any echo's delay and than a process is ever held up. */
const MEMORY_MS = 4000;
/** Of a one-pole low pass: a loudspeaker, air and a case take the highs; about 3 kHz at 16 kHz. */
const SMOOTHING = 0.7;

export interface RoomOptions {
  readonly noise?: Int16Array;
  /** `attenuation` in dB. */
  readonly echo?: { readonly delay: number; readonly attenuation: number };
}

export class Room {
  private readonly memory = new Float32Array((MEMORY_MS * RATE) / 1000);
  private noiseAt = 0;
  private smooth = 0;
  private startMs: number | undefined;

  constructor(private readonly options: RoomOptions) {}

  /** The loudspeaker plays this from `atMs` on. */
  played(samples: Int16Array, atMs: number): void {
    if (this.options.echo === undefined) return;
    const first = this.indexOf(atMs);
    samples.forEach((sample, n) => {
      this.memory[this.wrap(first + n)] = sample;
    });
  }

  /** What the microphone picks up when `frame` is said into it from `atMs` on. */
  mixed(frame: Int16Array, atMs: number): Int16Array {
    const { noise, echo } = this.options;
    if (noise === undefined && echo === undefined) return frame;
    const gain = echo === undefined ? 0 : 10 ** (-echo.attenuation / 20);
    const from = echo === undefined ? 0 : this.indexOf(atMs - echo.delay);
    return frame.map((sample, n) => {
      let sum = sample;
      if (noise !== undefined && noise.length > 0) {
        sum += noise[this.noiseAt] ?? 0;
        this.noiseAt = (this.noiseAt + 1) % noise.length;
      }
      if (echo !== undefined) {
        const at = this.wrap(from + n);
        this.smooth += SMOOTHING * ((this.memory[at] ?? 0) - this.smooth);
        // Heard once: the memory is used in a circle.
        this.memory[at] = 0;
        sum += this.smooth * gain;
      }
      return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
    });
  }

  private indexOf(atMs: number): number {
    this.startMs ??= atMs;
    return Math.round(((atMs - this.startMs) * RATE) / 1000);
  }

  private wrap(index: number): number {
    const { length } = this.memory;
    return ((index % length) + length) % length;
  }
}
