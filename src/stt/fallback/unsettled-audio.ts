/** The ring's size while little is said, ms; it doubles as it is needed, up to the bound, and shrinks again. */
const SMALL_MS = 1000;
/**
 * A sample this far from zero (of 32768) is a sound, -42 dBFS. Silence as phones, browsers and noise gates deliver it stays
 * far below, speech loud enough to be recognised well above.
 */
const LOUD_HIGH_BYTE = 1;
/** Every so many bytes a sample is looked at (8 samples): speech shows in those as well, at an eighth of the cost. */
const LOOK_EVERY = 16;

/**
 * The audio that no final transcript has settled yet: what the next recogniser has to hear when this one dies. A ring of
 * bytes, addressed by position: bytes since the first sample of the call.
 *
 * At the bound the oldest audio is overwritten (`lostBytes` counts it): words in an utterance longer than the bound that
 * the dead recogniser had not settled are then lost with it.
 *
 * Silence before anything is heard is not kept, but for a lead-in: a recogniser that takes over while nobody is speaking
 * has nothing to catch up with, and a quiet call costs little memory.
 */
export class UnsettledAudio {
  private buffer: Uint8Array;
  private from = 0;
  private to = 0;
  /** Where the last sound ended. */
  private heardTo = 0;
  /** A recogniser has noticed speech since the last settled word, however quiet. */
  private isNoticed = false;
  private lost = 0;
  private readonly maxBytes: number;
  private readonly smallBytes: number;
  private readonly leadBytes: number;

  /**
   * @param bytesPerMs of PCM16 mono: twice the samples
   * @param maxMs the bound, ms
   * @param leadMs silence that is kept before a sound, ms: recognisers need the beginning of the first word
   */
  constructor(bytesPerMs: number, maxMs: number, leadMs: number) {
    this.maxBytes = even(maxMs * bytesPerMs);
    this.leadBytes = even(leadMs * bytesPerMs);
    this.smallBytes = Math.min(this.maxBytes, even(SMALL_MS * bytesPerMs));
    this.buffer = new Uint8Array(this.smallBytes);
  }

  /** Position of the oldest byte that is kept. */
  get start(): number {
    return this.from;
  }

  /** Position after the newest byte. */
  get end(): number {
    return this.to;
  }

  /** Whether what is kept may hold speech. */
  get heard(): boolean {
    return this.isNoticed || this.heardTo > this.from;
  }

  /** Whether there was a sound after this position. */
  heardAfter(position: number): boolean {
    return this.heardTo > position;
  }

  /** Bytes that fell out of the ring although they may have held speech, since the last `settle`. */
  get lostBytes(): number {
    return this.lost;
  }

  /** Hot path: one copy; allocates only when the ring has to grow. */
  push(chunk: Uint8Array): void {
    const audio = chunk.length > this.maxBytes ? chunk.subarray(chunk.length - this.maxBytes) : chunk;
    if (this.to - this.from + audio.length > this.buffer.length) this.makeRoom(audio.length);
    const end = this.to + chunk.length;
    let at = (end - audio.length) % this.buffer.length;
    const head = Math.min(audio.length, this.buffer.length - at);
    this.buffer.set(head === audio.length ? audio : audio.subarray(0, head), at);
    if (head < audio.length) this.buffer.set(audio.subarray(head), 0);
    if (end - this.buffer.length > this.from) this.overrun(end - this.buffer.length);
    this.to = end;
    if (isLoud(chunk)) this.heardTo = end;
    else if (!this.heard && end - this.from > this.leadBytes) this.from = end - this.leadBytes;
  }

  /** A recogniser has noticed speech: what is kept matters, however quiet it is. */
  noticed(): void {
    this.isNoticed = true;
  }

  /** Everything before this position is settled. */
  settle(position: number): void {
    this.from = Math.max(this.from, Math.min(even(position), this.to));
    this.isNoticed = false;
    this.lost = 0;
    const isLarge = this.buffer.length > this.smallBytes;
    if (isLarge && this.to - this.from <= this.smallBytes / 2) this.resize(this.smallBytes);
  }

  /** Audio from a position on, at most `bytes` of it; a view that the next `push` may overwrite. Empty at the end. */
  read(position: number, bytes: number): Uint8Array {
    const at = position % this.buffer.length;
    const length = Math.min(bytes, this.to - position, this.buffer.length - at);
    return this.buffer.subarray(at, at + length);
  }

  private makeRoom(bytes: number): void {
    const needed = this.to - this.from + bytes;
    if (this.buffer.length >= this.maxBytes) return;
    let size = this.buffer.length;
    while (size < needed && size < this.maxBytes) size = Math.min(size * 2, this.maxBytes);
    this.resize(size);
  }

  private resize(size: number): void {
    const buffer = new Uint8Array(size);
    for (let at = this.from; at < this.to;) {
      const piece = this.read(at, Math.min(this.to - at, size - (at % size)));
      buffer.set(piece, at % size);
      at += piece.length;
    }
    this.buffer = buffer;
  }

  private overrun(from: number): void {
    if (this.heard) this.lost += from - this.from;
    this.from = from;
  }
}

function even(bytes: number): number {
  return Math.max(0, Math.round(bytes / 2) * 2);
}

/** Whether the chunk holds a sound: the high bytes (little-endian) tell, 0 and -1 are quiet. */
function isLoud(chunk: Uint8Array): boolean {
  for (let at = 1; at < chunk.length; at += LOOK_EVERY) {
    const high = chunk[at] as number;
    if (high >= LOUD_HIGH_BYTE && high < 256 - LOUD_HIGH_BYTE) return true;
  }
  return false;
}
