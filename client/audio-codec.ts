/** What carries frames: a Connection, or one that packs what it is given. */
export interface Carrier {
  /** Bytes that wait for the network; of audio, as many as it has as PCM16. */
  readonly bufferedBytes: number;
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  abandon(reason: string): void;
}

/** Takes PCM16 and sends packets. Text keeps its place behind the whole packets before it. */
export interface PackingCarrier extends Carrier {
  close(): void;
}

/** The way of what comes: packets in, PCM16 out a moment later, and what is to be done in its place between them. */
export interface Unpacking {
  /** A packet of this response; `deliver` gets its audio. */
  packet(responseId: string, packet: Uint8Array, deliver: (pcm: Uint8Array) => void): void;
  /** The next packet is the first of a stream, whatever response it is of. */
  restart(): void;
  /** Does it when all audio before it was delivered. */
  after(step: () => void): void;
  /** Forgets the audio that was not delivered, and does what waited for it. */
  clear(): void;
  close(): void;
}

/** Packs the audio of a session; `opusCodec` of the browser's entry makes one. What a platform cannot do is not there. */
export interface AudioCodec {
  /** `failed`: nothing is packed any more. Once. */
  readonly pack?: (connection: Carrier, sampleRate: number, failed: () => void) => PackingCarrier;
  /** `failed`: nothing is unpacked any more, and what waited is done. Once. */
  readonly unpack?: (sampleRate: number, failed: () => void) => Unpacking;
}
