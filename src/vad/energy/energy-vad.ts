// Voice activity by loudness against a noise floor that follows the line. Cheap (about a microsecond a 20 ms frame) and
// good enough to start and stop a recogniser; it cannot tell speech from a slammed door, only long sounds from short ones.
import type { VadEvent, VadOptions, VadStream, VoiceActivityDetector } from '../vad.port.js';

export interface EnergyVadOptions {
  /** How much louder than the noise floor a frame must be to count as speech, dB. */
  readonly onsetDb: number;
  /** Speech goes on while frames are this much louder than the floor, dB. Below `onsetDb`, so that it does not flutter. */
  readonly holdDb: number;
  /** Nothing quieter than this is speech, dBFS. */
  readonly minimumDbfs: number;
  /** Loud time that makes a sound speech, ms: shorter ones are clicks. */
  readonly onsetMs: number;
  /** Quiet time that ends speech, ms: pauses inside words are shorter. */
  readonly hangoverMs: number;
}

export const defaultEnergyVadOptions: EnergyVadOptions = {
  onsetDb: 12,
  holdDb: 7,
  minimumDbfs: -50,
  onsetMs: 50,
  hangoverMs: 250,
};

/** Length of one decision, ms. */
const FRAME_MS = 10;
/** The floor rises slowly, so that speech does not become noise, and falls fast, dB per frame. */
const FLOOR_RISE_DB = 0.02;
const FLOOR_FALL = 0.1;
const FLOOR_START_DBFS = -60;
const FLOOR_LOWEST_DBFS = -80;
/** Quiet frames in a row that make a half-begun sound a click, frames. */
const CLICK_GAP_FRAMES = 2;

export class EnergyVad implements VoiceActivityDetector {
  readonly name = 'energy';
  private readonly settings: EnergyVadOptions;

  constructor(options: Partial<EnergyVadOptions> = {}) {
    this.settings = { ...defaultEnergyVadOptions, ...options };
  }

  open(options: VadOptions, listener: (event: VadEvent) => void): VadStream {
    return new EnergyVadStream(this.settings, options.sampleRate, listener);
  }
}

class EnergyVadStream implements VadStream {
  private readonly samplesPerFrame: number;
  private readonly onsetFrames: number;
  private readonly hangoverFrames: number;
  private sum = 0;
  private samples = 0;
  private frames = 0;
  private floor = FLOOR_START_DBFS;
  private loud = 0;
  private quiet = 0;
  private speaking = false;
  private closed = false;

  constructor(
    private readonly settings: EnergyVadOptions,
    sampleRate: number,
    private readonly listener: (event: VadEvent) => void,
  ) {
    this.samplesPerFrame = Math.round((sampleRate * FRAME_MS) / 1000);
    this.onsetFrames = Math.max(1, Math.ceil(settings.onsetMs / FRAME_MS));
    this.hangoverFrames = Math.max(1, Math.ceil(settings.hangoverMs / FRAME_MS));
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at + 1 < chunk.length && !this.closed; at += 2) {
      const sample = ((((chunk[at + 1] ?? 0) << 8) | (chunk[at] ?? 0)) << 16) >> 16;
      this.sum += sample * sample;
      this.samples += 1;
      if (this.samples === this.samplesPerFrame) this.endFrame();
    }
  }

  close(): void {
    this.closed = true;
  }

  private endFrame(): void {
    const level = 10 * Math.log10(this.sum / this.samples / (32768 * 32768) + 1e-12);
    this.sum = 0;
    this.samples = 0;
    this.frames += 1;
    const above = level - this.floor;
    const threshold = this.speaking ? this.settings.holdDb : this.settings.onsetDb;
    if (above >= threshold && level >= this.settings.minimumDbfs) this.loudFrame();
    else this.quietFrame();
    this.followFloor(level);
  }

  private followFloor(level: number): void {
    if (level < this.floor) this.floor += (level - this.floor) * FLOOR_FALL;
    else this.floor += Math.min(FLOOR_RISE_DB, level - this.floor);
    this.floor = Math.max(FLOOR_LOWEST_DBFS, this.floor);
  }

  private loudFrame(): void {
    this.loud += 1;
    this.quiet = 0;
    if (this.speaking || this.loud < this.onsetFrames) return;
    this.speaking = true;
    this.listener({ type: 'speech.started', audioMs: Math.max(0, this.frames - this.loud) * FRAME_MS });
  }

  private quietFrame(): void {
    this.quiet += 1;
    if (!this.speaking) {
      if (this.quiet >= CLICK_GAP_FRAMES) this.loud = 0;
      return;
    }
    if (this.quiet < this.hangoverFrames) return;
    this.speaking = false;
    this.loud = 0;
    this.listener({ type: 'speech.stopped', audioMs: (this.frames - this.quiet) * FRAME_MS });
  }
}
