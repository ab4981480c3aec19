import { BYTES_PER_SAMPLE } from '../src/protocol/index.js';

/** Where frames go: a Connection, or whatever takes its place while a session is being resumed. */
export interface FrameSink {
  readonly bufferedBytes: number;
  send(frame: Uint8Array<ArrayBuffer>): void;
}

export interface OutboundAudioOptions {
  /** Bytes that may wait for the network before audio is dropped. */
  readonly maxBufferedBytes: number;
  /** Largest frame that the server takes, bytes. */
  readonly maxFrameBytes: number;
  /** The network does not keep up: audio is being dropped. Once an episode. */
  dropping(bufferedBytes: number): void;
  /** The network keeps up again; `droppedBytes` were lost in between. */
  recovered(droppedBytes: number): void;
}

/**
 * The way of microphone audio to the socket. A socket takes any amount and buffers it, so a slow network would grow the
 * memory and let the agent hear the caller ever later. At the bound, new audio is dropped until half of the backlog has
 * left: the agent misses words, but what it hears stays recent.
 */
export class OutboundAudio {
  readonly #options: OutboundAudioOptions;
  readonly #frameBytes: number;
  #dropping = false;
  #droppedBytes = 0;

  constructor(options: OutboundAudioOptions) {
    this.#options = options;
    this.#frameBytes = Math.max(BYTES_PER_SAMPLE, options.maxFrameBytes - (options.maxFrameBytes % BYTES_PER_SAMPLE));
  }

  /** Sends one chunk, cut to the server's frame size. Returns false when it was dropped. */
  send(sink: FrameSink, chunk: Uint8Array): boolean {
    if (!this.#admits(sink.bufferedBytes, chunk.byteLength)) return false;
    const bytes = transferable(chunk);
    for (let offset = 0; offset < bytes.byteLength; offset += this.#frameBytes) {
      sink.send(bytes.subarray(offset, offset + this.#frameBytes));
    }
    return true;
  }

  #admits(bufferedBytes: number, bytes: number): boolean {
    const { maxBufferedBytes } = this.#options;
    if (this.#dropping && bufferedBytes <= maxBufferedBytes / 2) {
      this.#dropping = false;
      this.#options.recovered(this.#droppedBytes);
      this.#droppedBytes = 0;
    } else if (!this.#dropping && bufferedBytes + bytes > maxBufferedBytes && bufferedBytes > 0) {
      this.#dropping = true;
      this.#options.dropping(bufferedBytes);
    }
    if (this.#dropping) this.#droppedBytes += bytes;
    return !this.#dropping;
  }
}

/** WebSocket.send takes no view of shared memory: such a view is copied, any other is passed on as it is. */
function transferable(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = chunk;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(chunk);
}
