import { BYTES_PER_SAMPLE } from '../src/protocol/constants.js';
import { MicrophoneLog } from './microphone-log.js';

/** Where frames go: a Connection. */
export interface FrameSink {
  readonly bufferedBytes: number;
  send(frame: Uint8Array<ArrayBuffer>): void;
}

export interface OutboundAudioOptions {
  /** Bytes that may wait for the network before audio is held back. */
  readonly maxBufferedBytes: number;
  /** Bytes of the newest audio that are kept, sent or not, for a server that has to hear them again. */
  readonly keptBytes: number;
  /** What the server has counted of the session before, bytes. */
  readonly countedBytes?: number;
  /** Largest frame that the server takes, bytes. */
  readonly maxFrameBytes: number;
  /** Audio is being lost, or will be if the network does not recover: so much waits. Once an episode. */
  dropping(waitingBytes: number): void;
  /** The network keeps up again; `droppedBytes` were lost in between. */
  recovered(droppedBytes: number): void;
}

/** From here on the server counts the audio differently: `server` is its count, bytes, at our position `client`. */
interface Cut {
  readonly client: number;
  readonly server: number;
}

/**
 * The way of microphone audio to the server. A socket takes any amount and buffers it, so a slow network would grow the
 * memory and let the agent hear the caller ever later. At the bound, audio is held back; when half of the backlog has
 * left it goes on with the present, and what was held back is lost: the agent misses words, but what it hears stays recent.
 * When the connection broke instead, nothing is lost: the next one gets all that the server has not counted and that is
 * still kept.
 */
export class OutboundAudio {
  readonly #options: OutboundAudioOptions;
  readonly #frameBytes: number;
  readonly #log: MicrophoneLog;
  /** Position up to which a sink was given the audio. */
  #sent = 0;
  #cuts: Cut[];
  #holding = false;
  /** Bytes that were sent again at once, and may wait for the network besides the bound. */
  #burst = 0;

  constructor(options: OutboundAudioOptions) {
    this.#options = options;
    this.#frameBytes = Math.max(BYTES_PER_SAMPLE, options.maxFrameBytes - (options.maxFrameBytes % BYTES_PER_SAMPLE));
    this.#log = new MicrophoneLog(options.keptBytes);
    this.#cuts = [{ client: 0, server: options.countedBytes ?? 0 }];
  }

  /** Bytes of the caller's audio so far: where what is said now has its place. */
  get position(): number {
    return this.#log.end;
  }

  /** Sends one chunk, cut to the server's frame size. Returns false when it was held back. */
  send(sink: FrameSink, chunk: Uint8Array): boolean {
    const admitted = this.#admits(sink.bufferedBytes, chunk.byteLength);
    this.#log.append(chunk);
    if (!admitted) return false;
    const bytes = transferable(chunk);
    for (let offset = 0; offset < bytes.byteLength; offset += this.#frameBytes) {
      sink.send(bytes.subarray(offset, offset + this.#frameBytes));
    }
    this.#sent = this.#log.end;
    return true;
  }

  /** Keeps one chunk for the next connection. */
  keep(chunk: Uint8Array): void {
    this.#log.append(chunk);
    if (this.#sent < this.#log.begin) this.#hold(this.#log.end - this.#sent);
  }

  /** A server that has counted so many bytes is to be sent what follows them. Returns the bytes that are lost. */
  resume(countedBytes: number): number {
    const wanted = Math.min(this.#positionOf(countedBytes), this.#log.end);
    const from = Math.max(wanted, this.#log.begin);
    this.#cuts = [...this.#cuts.filter(({ server }) => server < countedBytes), { client: from, server: countedBytes }];
    this.#sent = from;
    this.#burst = this.#log.end - from;
    this.#release(from - wanted);
    return from - wanted;
  }

  /** Sends what was kept, up to this position. */
  resend(sink: FrameSink, to: number): void {
    for (const piece of this.#log.read(this.#sent, to, this.#frameBytes)) sink.send(piece);
    this.#sent = Math.max(this.#sent, to);
  }

  #admits(bufferedBytes: number, bytes: number): boolean {
    const { maxBufferedBytes } = this.#options;
    if (bufferedBytes <= maxBufferedBytes / 2) {
      this.#burst = 0;
      if (this.#holding) this.#skip();
    } else if (bufferedBytes + bytes > maxBufferedBytes + this.#burst) {
      this.#hold(bufferedBytes);
    }
    return !this.#holding;
  }

  #hold(waitingBytes: number): void {
    if (this.#holding) return;
    this.#holding = true;
    this.#options.dropping(waitingBytes);
  }

  #release(lostBytes: number): void {
    if (!this.#holding) return;
    this.#holding = false;
    this.#options.recovered(lostBytes);
  }

  /** Leaves out what was held back. The server will never count it. */
  #skip(): void {
    const skipped = this.#log.end - this.#sent;
    const cut = this.#cutBefore((candidate) => candidate.client <= this.#sent);
    this.#cuts.push({ client: this.#log.end, server: cut.server + this.#sent - cut.client });
    // No position that is still kept lies before the second one.
    while ((this.#cuts[1]?.client ?? Infinity) <= this.#log.begin) this.#cuts.shift();
    this.#sent = this.#log.end;
    this.#release(skipped);
  }

  #positionOf(countedBytes: number): number {
    const cut = this.#cutBefore(({ server }) => server <= countedBytes);
    return cut.client + countedBytes - cut.server;
  }

  #cutBefore(matches: (cut: Cut) => boolean): Cut {
    return this.#cuts.findLast(matches) ?? { client: 0, server: 0 };
  }
}

/** WebSocket.send takes no view of shared memory: such a view is copied, any other is passed on as it is. */
function transferable(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = chunk;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(chunk);
}
