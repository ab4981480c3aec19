/**
 * The last seconds of the microphone, so that what a broken connection swallowed can be sent again. Positions are bytes
 * since the first one that was ever written.
 */
export class MicrophoneLog {
  readonly #ring: Uint8Array<ArrayBuffer>;
  #end = 0;

  /** @param capacity bytes that are kept, whole samples */
  constructor(capacity: number) {
    this.#ring = new Uint8Array(capacity);
  }

  /** Position after the newest byte. */
  get end(): number {
    return this.#end;
  }

  /** Position of the oldest byte that is still there. */
  get begin(): number {
    return Math.max(0, this.#end - this.#ring.length);
  }

  append(chunk: Uint8Array): void {
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#ring.length));
    const at = (this.#end + chunk.length - kept.length) % this.#ring.length;
    const head = kept.subarray(0, this.#ring.length - at);
    this.#ring.set(head, at);
    this.#ring.set(kept.subarray(head.length), 0);
    this.#end += chunk.length;
  }

  /**
   * The bytes of [from, to) that are still there, in pieces of at most `pieceBytes`. The pieces are views: they are true
   * until the next `append`.
   */
  *read(from: number, to: number, pieceBytes: number): Generator<Uint8Array<ArrayBuffer>> {
    let position = Math.max(from, this.begin);
    const end = Math.min(to, this.#end);
    while (position < end) {
      const at = position % this.#ring.length;
      const length = Math.min(pieceBytes, end - position, this.#ring.length - at);
      yield this.#ring.subarray(at, at + length);
      position += length;
    }
  }
}
