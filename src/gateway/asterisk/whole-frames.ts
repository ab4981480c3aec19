/** Asterisk drops what does not fill a frame, so that it is given whole ones, ms. */
const FRAME_MS = 20;

/** Audio of any length as whole frames: what is over waits for more. */
export class WholeFrames {
  private rest: Uint8Array = new Uint8Array(0);
  private readonly frameBytes: number;

  constructor(bytesPerMs: number) {
    this.frameBytes = FRAME_MS * bytesPerMs;
  }

  /** Hot path. Empty when there is no whole frame yet. */
  take(audio: Uint8Array): Uint8Array {
    const all = this.rest.length === 0 ? audio : Buffer.concat([this.rest, audio]);
    const whole = all.length - (all.length % this.frameBytes);
    this.rest = all.slice(whole);
    return all.subarray(0, whole);
  }

  /** The last, unfinished frame, filled with `silence`; empty when there is none. */
  end(silence: number): Uint8Array {
    if (this.rest.length === 0) return this.rest;
    const frame = new Uint8Array(this.frameBytes).fill(silence);
    frame.set(this.rest);
    this.rest = new Uint8Array(0);
    return frame;
  }

  /** What waits is of a reply that is over. */
  clear(): void {
    this.rest = new Uint8Array(0);
  }
}
