import { FRAME_SAMPLES } from './jitter-buffer.js';

const FRAME_BYTES = 2 * FRAME_SAMPLES;
/** Audio that may wait to be played, ms; more than a conversation is ever ahead of playback. */
const MAX_WAITING_BYTES = 150_000 * 16;
/** From our sending a frame to its being heard, frames: the network and the other side's jitter buffer. */
const HEARD_AFTER_FRAMES = 3;

type Item = { readonly audio: Uint8Array } | { readonly mark: string };

/**
 * What is to be said, on its way out at the pace of the line: a frame whenever one is due, silence when there is nothing. A
 * mark comes out when what stands before it has been heard, as far as that can be known: a little after it was sent.
 */
export class Playout {
  private queue: Item[] = [];
  private head = 0;
  /** Bytes of the first item that were played already. */
  private offset = 0;
  private waiting = 0;
  private sent = 0;
  private passed: { readonly mark: string; readonly at: number }[] = [];

  /** PCM16, 8 kHz. False: there is more than anybody could listen to. */
  play(audio: Uint8Array): boolean {
    if (this.waiting + audio.length > MAX_WAITING_BYTES) return false;
    this.waiting += audio.length;
    this.queue.push({ audio });
    return true;
  }

  mark(name: string): void {
    this.queue.push({ mark: name });
  }

  /** Forgets what was not played, marks included. */
  clear(): void {
    this.queue = [];
    this.head = 0;
    this.offset = 0;
    this.waiting = 0;
    this.passed = [];
  }

  /** Hot path: the next 20 ms, PCM16; undefined is silence. */
  next(): Uint8Array | undefined {
    this.sent += 1;
    this.passMarks();
    if (this.head === this.queue.length) return undefined;
    const frame = new Uint8Array(FRAME_BYTES);
    let filled = 0;
    while (filled < FRAME_BYTES && this.head < this.queue.length) {
      const item = this.queue[this.head] as Item;
      if ('audio' in item) {
        const part = item.audio.subarray(this.offset, this.offset + FRAME_BYTES - filled);
        frame.set(part, filled);
        filled += part.length;
        this.offset += part.length;
        this.waiting -= part.length;
        if (this.offset < item.audio.length) break;
        this.offset = 0;
        this.head += 1;
      }
      this.passMarks();
    }
    if (this.head >= 256 || this.head === this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return frame;
  }

  /** Marks whose audio has been heard by now, in order. */
  heard(): string[] {
    const due = this.passed.findIndex(({ at }) => this.sent - at < HEARD_AFTER_FRAMES);
    const marks = this.passed.splice(0, due === -1 ? this.passed.length : due);
    return marks.map(({ mark }) => mark);
  }

  private passMarks(): void {
    for (let item = this.queue[this.head]; item !== undefined && 'mark' in item; item = this.queue[this.head]) {
      this.passed.push({ mark: item.mark, at: this.sent });
      this.head += 1;
    }
  }
}
