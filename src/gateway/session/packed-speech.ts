import type { PacketEncoder } from '../../opus/packet-encoder.js';

interface Waiting {
  /** Packets that have to be out before it. */
  readonly after: number;
  readonly step: () => void;
}

/**
 * A reply on its way through an encoder, and what is said meanwhile: a message keeps its place behind the audio that came
 * before it, but for the rest of a packet, which its response's end brings out.
 */
export class PackedSpeech {
  private waiting: Waiting[] = [];
  /** Audio has come since the last end. */
  private begun = false;

  constructor(private readonly encoder: PacketEncoder) {}

  /** Hot path. */
  push(pcm: Uint8Array): void {
    this.begun = true;
    this.encoder.push(pcm);
  }

  /** All audio of the response was pushed. */
  end(): void {
    if (!this.begun) return;
    this.begun = false;
    this.encoder.end();
  }

  /** Does it at once, or when what was pushed has come out. */
  after(step: () => void): void {
    if (this.waiting.length === 0 && this.encoder.made >= this.encoder.due) step();
    else this.waiting.push({ after: this.encoder.due, step });
  }

  /** A packet has come out. */
  advance(): void {
    let next = this.waiting[0];
    while (next !== undefined && next.after <= this.encoder.made) {
      this.waiting.shift();
      next.step();
      next = this.waiting[0];
    }
  }

  /** Forgets the audio that has not come out; whatever waited for it is done. */
  clear(): void {
    this.begun = false;
    this.encoder.clear();
    this.release();
  }

  /** Nothing more comes out. */
  release(): void {
    for (const { step } of this.waiting.splice(0)) step();
  }

  close(): void {
    this.waiting = [];
    this.encoder.close();
  }
}
