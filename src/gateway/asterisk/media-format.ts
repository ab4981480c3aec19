import { decodeG711, encodeG711, G711_SAMPLE_RATE, type G711Law, silentCode } from '../../audio/g711.js';

/** How Asterisk's frames carry audio. */
export interface MediaFormat {
  /** Hz. */
  readonly sampleRate: number;
  readonly bytesPerMs: number;
  /** A byte of silence. */
  readonly silence: number;
  /** Frames as PCM16, and back. */
  decode(frame: Uint8Array): Uint8Array;
  encode(pcm: Uint8Array): Uint8Array;
}

const g711 = (law: G711Law): MediaFormat => ({
  sampleRate: G711_SAMPLE_RATE,
  bytesPerMs: G711_SAMPLE_RATE / 1000,
  silence: silentCode(law),
  decode: (frame) => decodeG711(frame, law),
  encode: (pcm) => encodeG711(pcm, law),
});

const linear = (sampleRate: number): MediaFormat => ({
  sampleRate,
  bytesPerMs: (2 * sampleRate) / 1000,
  silence: 0,
  // Half a sample at the end of a frame belongs to none.
  decode: (frame) => frame.subarray(0, frame.length - (frame.length % 2)),
  encode: (pcm) => pcm,
});

/** By Asterisk's names of them; signed linear is in the byte order of its machine, which is ours. */
const FORMATS: Readonly<Record<string, MediaFormat>> = {
  ulaw: g711('mulaw'),
  alaw: g711('alaw'),
  slin: linear(8000),
  slin16: linear(16_000),
  slin24: linear(24_000),
  slin48: linear(48_000),
};

export const MEDIA_FORMATS = Object.keys(FORMATS);

export const mediaFormat = (name: string): MediaFormat | undefined =>
  Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
