/** Puts samples together that were split between two chunks. */
export class WholeSamples {
  private odd: number | undefined;

  /** The whole samples so far, at an even offset of their memory when they had to be copied. */
  push(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    if (this.odd !== undefined) {
      bytes = new Uint8Array(chunk.length + 1);
      bytes[0] = this.odd;
      bytes.set(chunk, 1);
      this.odd = undefined;
    }
    if (bytes.length % 2 === 0) return bytes;
    this.odd = bytes.at(-1);
    return bytes.subarray(0, -1);
  }

  /** Drops half a sample: the audio has ended in the middle of one. */
  reset(): void {
    this.odd = undefined;
  }
}
