import type { SegmentOutput } from '../common/segment-output.js';
import { WholeSamples } from '../common/whole-samples.js';

/** Speaking rate to assume until the voice's own is known: about 15 characters a second. */
const MS_PER_CHAR = 1000 / 15;

/** How fast a voice speaks, measured on what it has spoken. */
export class Pace {
  private chars = 0;
  private ms = 0;

  get msPerChar(): number {
    return this.chars === 0 ? MS_PER_CHAR : this.ms / this.chars;
  }

  add(chars: number, ms: number): void {
    this.chars += chars;
    this.ms += ms;
  }
}

/**
 * Segments that were handed over under one Flush, usually one. The wire does not tell where the audio of one of several ends:
 * that is estimated from the length of the texts, and a segment's end may be some words off then.
 */
export class SpokenGroup {
  private at = 0;
  private ms = 0;
  private readonly samples = new WholeSamples();

  /**
   * @param chars length of each segment's text, characters
   * @param bytesPerMs of the audio that comes
   */
  constructor(
    private readonly chars: readonly number[],
    private readonly bytesPerMs: number,
    private readonly pace: Pace,
    private readonly output: SegmentOutput,
  ) {}

  audio(chunk: Uint8Array): void {
    const { output } = this;
    let rest = this.samples.push(chunk);
    while (this.at < this.chars.length - 1 && !output.isOver) {
      const room = this.roomBytes();
      if (rest.length <= room) break;
      output.audio(rest.subarray(0, room));
      rest = rest.subarray(room);
      if (!output.isOver) this.next();
    }
    output.audio(rest);
  }

  /** All audio of the group is there. Returns false when there was none. */
  end(): boolean {
    if (this.ms + this.output.currentMs === 0) return false;
    const total = this.chars.reduce((sum, chars) => sum + chars, 0);
    this.pace.add(total, this.ms + this.output.currentMs);
    while (this.at < this.chars.length && !this.output.isOver) this.next();
    return true;
  }

  /** What the current segment's text should still take, whole samples. */
  private roomBytes(): number {
    const ms = (this.chars[this.at] ?? 0) * this.pace.msPerChar - this.output.currentMs;
    return Math.max(0, Math.round((ms * this.bytesPerMs) / 2) * 2);
  }

  private next(): void {
    this.ms += this.output.currentMs;
    this.at += 1;
    this.output.segmentEnded();
  }
}
