import { BYTES_PER_SAMPLE, OPUS } from '../protocol/index.js';
import type { LibraryDecoder, OpusLibrary } from './libopus.js';

/** Longest packet there is, bytes: 120 ms in six frames of 1275 (RFC 6716 section 3.2.1), with their lengths. */
const MOST_BYTES = 6 * 1275 + 16;

/** The microphone of one line: packets in, PCM16 out, 0.03 ms a packet. Calls `close` when the line is gone. */
export class PacketDecoder {
  private readonly decoder: LibraryDecoder;
  /** Of the stream's beginning, still to be left out, bytes. */
  private runIn: number;
  private closed = false;

  constructor(
    library: OpusLibrary,
    sampleRate: number,
    private readonly onClosed: () => void,
  ) {
    this.decoder = new library.Decoder({ channels: 1, sample_rate: sampleRate });
    this.runIn = ((OPUS.runInMs * sampleRate) / 1000) * BYTES_PER_SAMPLE;
  }

  /** The next packet's audio, PCM16 mono; undefined for what is none. Never throws. */
  decode(packet: Uint8Array): Uint8Array | undefined {
    // The library would take an empty one for a lost one, and make up 120 ms.
    if (this.closed || packet.length === 0 || packet.length > MOST_BYTES) return undefined;
    let pcm: Uint8Array;
    try {
      pcm = this.decoder.decode(packet);
    } catch {
      // Corrupted, it says. What was decoded before is not touched by it.
      return undefined;
    }
    if (this.runIn === 0) return pcm;
    const leftOut = Math.min(this.runIn, pcm.length);
    this.runIn -= leftOut;
    return pcm.subarray(leftOut);
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.decoder.drop();
    this.onClosed();
  }
}
