import { Resampler } from './resampler.js';
import { frameBytesOf, isConvertible, toMono } from './samples.js';
import type { SampleFormat } from './samples.js';
import { bytesOf } from './pcm16.js';
import { readWavHeader } from './wav-file.js';
import type { WavHeader } from './wav-file.js';

/** Samples of any kind that come in pieces, as PCM16 mono at another rate. */
export class SampleStream {
  private readonly resampler: Resampler;
  private readonly frameBytes: number;
  /** A frame that has not come whole. */
  private rest: Buffer = Buffer.alloc(0);

  /** @param format one that `isConvertible` @param sampleRate Hz of what comes out */
  constructor(
    private readonly format: SampleFormat,
    sampleRate: number,
  ) {
    this.resampler = new Resampler(format.sampleRate, sampleRate);
    this.frameBytes = frameBytesOf(format);
  }

  /** What can be said already; the pieces may be cut anywhere. */
  push(piece: Buffer): Uint8Array {
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const whole = bytes.length - (bytes.length % this.frameBytes);
    this.rest = bytes.subarray(whole);
    return this.resampler.push(bytesOf(toMono(bytes.subarray(0, whole), this.format)));
  }

  /** The rest; half a frame at the end is dropped. */
  flush(): Uint8Array {
    this.rest = Buffer.alloc(0);
    return this.resampler.flush();
  }
}

/** The longest header: players put pictures into it, and a stream must not be kept for ever, bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
const NAME_BYTES = 4;

/**
 * A WAV file, or several one behind the other, that come in pieces, as PCM16 mono at another rate. What stands behind the
 * samples (LIST chunks) is not played.
 */
export class WavStream {
  private header: Buffer = Buffer.alloc(0);
  private samples: SampleStream | undefined;
  /** Bytes of samples that are still to come. */
  private left = 0;

  /** @param sampleRate Hz of what comes out */
  constructor(private readonly sampleRate: number) {}

  /** What can be said already. Throws RangeError when it is not a WAV file that is read here; the message says why. */
  push(piece: Buffer): Uint8Array {
    const out: Uint8Array[] = [];
    for (let bytes = piece; bytes.length > 0;) {
      if (this.samples === undefined) bytes = this.readHeader(bytes);
      const taken = bytes.subarray(0, this.left);
      bytes = bytes.subarray(taken.length);
      this.left -= taken.length;
      if (this.samples !== undefined && taken.length > 0) out.push(this.samples.push(taken));
      if (this.samples !== undefined && this.left === 0) {
        out.push(this.samples.flush());
        this.samples = undefined;
      }
    }
    return Buffer.concat(out);
  }

  /** The rest. */
  flush(): Uint8Array {
    return this.samples?.flush() ?? new Uint8Array(0);
  }

  /** Returns what follows the header. */
  private readHeader(piece: Buffer): Buffer {
    const bytes = Buffer.concat([this.header, piece]);
    this.header = bytes;
    if (bytes.length > MAX_HEADER_BYTES) throw new RangeError('a WAV file whose samples do not begin');
    if (bytes.length < NAME_BYTES) return Buffer.alloc(0);
    if (bytes.toString('latin1', 0, NAME_BYTES) !== 'RIFF') return this.skipChunk(bytes);
    const header = readWavHeader(bytes);
    if (header === undefined) return Buffer.alloc(0);
    this.header = Buffer.alloc(0);
    this.samples = new SampleStream(plainFormat(header), this.sampleRate);
    this.left = header.dataBytes ?? Number.POSITIVE_INFINITY;
    return bytes.subarray(header.dataAt);
  }

  /** What stands between the samples of one file and the next. */
  private skipChunk(bytes: Buffer): Buffer {
    const next = bytes.indexOf('RIFF', 0, 'latin1');
    if (next >= 0) {
      this.header = Buffer.alloc(0);
      return bytes.subarray(next);
    }
    // The name may be cut in two.
    this.header = bytes.subarray(-(NAME_BYTES - 1));
    return Buffer.alloc(0);
  }
}

function plainFormat({ sampleType, channels, sampleRate }: WavHeader): SampleFormat {
  if (sampleType === undefined) throw new RangeError('WAV of a codec');
  if (!isConvertible({ channels, sampleRate })) throw new RangeError(`WAV of ${channels} channels at ${sampleRate} Hz`);
  return { sampleType, channels, sampleRate };
}
