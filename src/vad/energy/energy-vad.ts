import { meanPower, powerToDbfs, samplesOf } from '../../audio/pcm16.js';
import type { VadEvent, VadOptions, VadStream, VoiceActivityDetector } from '../vad.port.js';
import { NoiseFloor } from './noise-floor.js';

export interface EnergyVadOptions {
  /** Speech must be this much louder than the noise floor, dB. */
  readonly onsetDb?: number;
  /** Speech goes on until the level is less than this above the noise floor, dB; less than `onsetDb`. */
  readonly offsetDb?: number;
  /** Nothing quieter than this is speech, dBFS. */
  readonly minimumDbfs?: number;
  /** Speech must last this long to count, ms: clicks and key strokes do not. Also how late `speech.started` comes. */
  readonly onsetMs?: number;
  /** Speech is over when it has been quiet for this long, ms. */
  readonly hangoverMs?: number;
}

const DEFAULTS: Required<EnergyVadOptions> = {
  onsetDb: 12,
  offsetDb: 8,
  minimumDbfs: -50,
  onsetMs: 40,
  hangoverMs: 300,
};

/** A frame is the unit of decision, ms: long enough for a period of a deep voice, short enough for plosives. */
const FRAME_MS = 10;
/** Frames below the threshold that an onset may contain: the closure inside "t" or "k". */
const ONSET_GAP_FRAMES = 1;

class EnergyVadStream implements VadStream {
  private readonly frameLength: number;
  private readonly onsetFrames: number;
  private readonly hangoverFrames: number;
  private readonly floor = new NoiseFloor(FRAME_MS);
  /** The frame being gathered across chunks. */
  private power = 0;
  private gathered = 0;
  /** Frames decided so far. */
  private frames = 0;
  private speaking = false;
  private closed = false;
  private loud = 0;
  private quiet = 0;
  /** Frame in which the possible speech began. */
  private begin = 0;

  constructor(
    private readonly sampleRate: number,
    private readonly options: Required<EnergyVadOptions>,
    private readonly listener: (event: VadEvent) => void,
  ) {
    this.frameLength = Math.round((sampleRate * FRAME_MS) / 1000);
    this.onsetFrames = Math.max(1, Math.round(options.onsetMs / FRAME_MS));
    this.hangoverFrames = Math.max(1, Math.round(options.hangoverMs / FRAME_MS));
  }

  push(chunk: Uint8Array): void {
    if (this.closed) return;
    const samples = samplesOf(chunk);
    let at = 0;
    while (at < samples.length) {
      const end = Math.min(samples.length, at + this.frameLength - this.gathered);
      this.power += meanPower(samples, at, end) * (end - at);
      this.gathered += end - at;
      at = end;
      if (this.gathered < this.frameLength) return;
      this.decide(powerToDbfs(this.power / this.frameLength));
      if (this.closed) return;
      this.power = 0;
      this.gathered = 0;
    }
  }

  close(): void {
    this.closed = true;
  }

  private decide(level: number): void {
    const { onsetDb, offsetDb, minimumDbfs } = this.options;
    const floor = this.floor.update(level);
    const threshold = Math.max(floor + (this.speaking ? offsetDb : onsetDb), minimumDbfs);
    const loud = level >= threshold;
    this.frames += 1;
    if (this.speaking) {
      this.quiet = loud ? 0 : this.quiet + 1;
      if (this.quiet < this.hangoverFrames) return;
      this.speaking = false;
      this.listener({ type: 'speech.stopped', audioMs: this.frameStartMs(this.frames - this.quiet) });
      this.loud = 0;
      return;
    }
    if (loud) {
      if (this.loud === 0) this.begin = this.frames - 1;
      this.loud += 1;
      this.quiet = 0;
    } else if (this.loud > 0) {
      this.quiet += 1;
      if (this.quiet > ONSET_GAP_FRAMES) this.loud = 0;
    }
    if (this.loud < this.onsetFrames) return;
    this.speaking = true;
    this.quiet = 0;
    this.listener({ type: 'speech.started', audioMs: this.frameStartMs(this.begin) });
  }

  private frameStartMs(frame: number): number {
    return (frame * this.frameLength * 1000) / this.sampleRate;
  }
}

/**
 * Tells speech from a steady background by its level alone: adapts to the noise floor, costs about 1 us for 20 ms of
 * audio, and cannot tell a voice from other sudden sounds that last (music, a door).
 */
export class EnergyVad implements VoiceActivityDetector {
  readonly name = 'energy';
  private readonly options: Required<EnergyVadOptions>;

  constructor(options: EnergyVadOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  open(options: VadOptions, listener: (event: VadEvent) => void): VadStream {
    return new EnergyVadStream(options.sampleRate, this.options, listener);
  }
}
