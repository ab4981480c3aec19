/** Most that is held, frames and bytes: two seconds of audio at 48 kHz, in frames of 20 ms. */
const MAX_FRAMES = 128;
const MAX_BYTES = 262_144;

/** What a client sends while its call is being written down: it is looked at when the call has begun. */
export class HeldFrames {
  private frames: { readonly frame: Buffer; readonly isBinary: boolean }[] = [];
  private bytes = 0;

  /** False when that is more than is held. */
  take(frame: Buffer, isBinary: boolean): boolean {
    if (this.frames.length === MAX_FRAMES || this.bytes + frame.length > MAX_BYTES) return false;
    this.frames.push({ frame, isBinary });
    this.bytes += frame.length;
    return true;
  }

  /** Gives them back in order, once. */
  release(to: (frame: Buffer, isBinary: boolean) => void): void {
    const { frames } = this;
    this.frames = [];
    this.bytes = 0;
    for (const { frame, isBinary } of frames) to(frame, isBinary);
  }
}
