/** Gathers small chunks of audio into messages of a least size; nothing waits longer than for the next chunk. */
export class AudioBatch {
  private readonly buffer: Uint8Array;
  private used = 0;
  private least: number;

  /**
   * @param most largest least size that will be set, bytes
   * @param send gets messages that are never empty; it must be done with the bytes when it returns
   */
  constructor(
    most: number,
    private readonly send: (audio: Uint8Array) => void,
  ) {
    this.buffer = new Uint8Array(most);
    this.least = most;
  }

  /** Sets the least size of a message, bytes; what has been gathered goes out when it suffices now. */
  setLeast(bytes: number): void {
    this.least = Math.min(bytes, this.buffer.length);
    if (this.used >= this.least) this.flush();
  }

  push(chunk: Uint8Array): void {
    if (this.used === 0 && chunk.length >= this.least) return this.send(chunk);
    const room = this.least - this.used;
    const head = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.buffer.set(head, this.used);
    this.used += head.length;
    if (this.used < this.least) return;
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
