// Hears speech by amplitude, for simulated recognisers: counts bytes, not time, so that audio may come at any speed.

/** Audio is judged in windows of so many ms. */
const WINDOW_MS = 20;
/** A sample louder than this is speech (of 32767). */
const THRESHOLD = 500;
/** Every so many samples one is looked at: speech of any kind shows within a window, and a frame costs little. */
const STRIDE = 8;

export interface LoudnessListener {
  /** Speech began. Positions are ms of audio since the first byte. */
  started(atMs: number): void;
  /** `silenceMs` have passed since the last loud window, which ended at `lastLoudMs`. */
  stopped(lastLoudMs: number, nowMs: number): void;
  /** A window has passed; `loud` is whether it was speech. */
  window(nowMs: number, loud: boolean): void;
}

export class Loudness {
  private readonly windowBytes: number;
  private bytes = 0;
  private speaking = false;
  private lastLoudMs = 0;

  constructor(
    private readonly sampleRate: number,
    private readonly silenceMs: number,
    private readonly listener: LoudnessListener,
  ) {
    this.windowBytes = ((sampleRate * WINDOW_MS) / 1000) * 2;
  }

  /** Audio received so far, ms. */
  get nowMs(): number {
    return (this.bytes / 2 / this.sampleRate) * 1000;
  }

  push(audio: Buffer): void {
    for (let at = 0; at < audio.length; at += this.windowBytes) {
      const end = Math.min(at + this.windowBytes, audio.length);
      const fromMs = this.nowMs;
      this.bytes += end - at;
      this.judge(fromMs, this.nowMs, isLoud(audio, at, end));
    }
  }

  private judge(fromMs: number, nowMs: number, loud: boolean): void {
    if (loud) {
      this.lastLoudMs = nowMs;
      if (!this.speaking) {
        this.speaking = true;
        this.listener.started(fromMs);
      }
    } else if (this.speaking && nowMs - this.lastLoudMs >= this.silenceMs) {
      this.speaking = false;
      this.listener.stopped(this.lastLoudMs, nowMs);
    }
    this.listener.window(nowMs, loud);
  }

  /** Ends the speech that is under way, if any, as `Finalize` and the like do. */
  flush(): void {
    if (!this.speaking) return;
    this.speaking = false;
    this.listener.stopped(this.lastLoudMs, this.nowMs);
  }
}

function isLoud(audio: Buffer, from: number, to: number): boolean {
  for (let at = from; at + 1 < to; at += STRIDE * 2) {
    const sample = audio.readInt16LE(at);
    if (sample > THRESHOLD || sample < -THRESHOLD) return true;
  }
  return false;
}
