/** Gathers small chunks of audio into messages of a least size; nothing waits longer than for the next chunk. */
export class AudioBatch {
  private readonly buffer: Uint8Array;
  private used = 0;

  /**
   * @param bytes least size of a message; 2 sends every chunk as it comes
   * @param send gets messages that are never empty; it must be done with the bytes when it returns
   */
  constructor(
    bytes: number,
    private readonly send: (audio: Uint8Array) => void,
  ) {
    this.buffer = new Uint8Array(bytes);
  }

  push(chunk: Uint8Array): void {
    if (this.used === 0 && chunk.length >= this.buffer.length) return this.send(chunk);
    const room = this.buffer.length - this.used;
    const head = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.buffer.set(head, this.used);
    this.used += head.length;
    if (this.used < this.buffer.length) return;
    this.flush();
    if (head.length < chunk.length) this.push(chunk.subarray(head.length));
  }

  /** Sends what has been gathered. */
  flush(): void {
    if (this.used === 0) return;
    const { used } = this;
    this.used = 0;
    this.send(this.buffer.subarray(0, used));
  }
}
