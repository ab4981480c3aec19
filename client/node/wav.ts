// RIFF WAVE files with 16-bit PCM: http://soundfile.sapp.org/doc/WaveFormat/ (and the same with an "extensible" header).
import { bytesOf, samplesOf } from '../audio/pcm.js';

export interface Wav {
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
  /** Interleaved. */
  readonly samples: Int16Array;
}

/** The file is no PCM16 WAV; `message` says what it is instead. */
export class WavError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WavError';
  }
}

const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;
const HEADER_BYTES = 44;

/**
 * Reads a WAV. A data chunk whose size runs past the end of the file is cut there: programs that write to a pipe do not
 * know the length when they write the header. Throws WavError.
 */
export function decodeWav(file: Uint8Array): Wav {
  const found = readWavHeader(file);
  if (found === undefined) throw new WavError('no audio in it');
  const { offset, size, sampleRate, channels } = found;
  return { sampleRate, channels, samples: samplesOf(file.subarray(offset, Math.min(file.byteLength, offset + size))) };
}

export interface WavHeader {
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
  /** Where the audio begins, bytes. */
  readonly offset: number;
  /** As the header has it, bytes; not to be believed while the file is being written. */
  readonly size: number;
}

/** What a WAV says of itself before its audio; undefined when that does not begin within these bytes. Throws WavError. */
export function readWavHeader(file: Uint8Array): WavHeader | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (offset: number): string => String.fromCodePoint(...file.subarray(offset, offset + 4));
  if (file.byteLength < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new WavError('not a WAV file');
  let format: { readonly channels: number; readonly sampleRate: number } | undefined;
  for (let offset = 12; offset + 8 <= file.byteLength;) {
    const id = tag(offset);
    const size = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (id === 'fmt ') format = readFormat(view, body, size);
    if (id === 'data') {
      if (format === undefined) throw new WavError('the format is missing before the data');
      return { ...format, offset: body, size };
    }
    // Chunks are padded to an even length.
    offset = body + size + (size % 2);
  }
  return undefined;
}

function readFormat(view: DataView, offset: number, size: number): { channels: number; sampleRate: number } {
  if (size < 16 || offset + size > view.byteLength) throw new WavError('the header is cut off');
  const tag = view.getUint16(offset, true);
  const coding = tag === FORMAT_EXTENSIBLE && size >= 26 ? view.getUint16(offset + 24, true) : tag;
  const channels = view.getUint16(offset + 2, true);
  const bits = view.getUint16(offset + 14, true);
  if (coding !== FORMAT_PCM) throw new WavError(`compressed or floating point (format ${coding}), not PCM`);
  if (bits !== 16) throw new WavError(`${bits}-bit samples, not 16-bit`);
  if (channels < 1) throw new WavError('no channels');
  return { channels, sampleRate: view.getUint32(offset + 4, true) };
}

/** A PCM16 WAV file. */
export function encodeWav({ sampleRate, channels, samples }: Wav): Uint8Array {
  const data = bytesOf(samples);
  const file = new Uint8Array(HEADER_BYTES + data.byteLength);
  file.set(wavHeader({ sampleRate, channels }, data.byteLength));
  file.set(data, HEADER_BYTES);
  return file;
}

/** The header of a file whose audio begins right after it. @param bytes of audio */
export function wavHeader({ sampleRate, channels }: Pick<Wav, 'sampleRate' | 'channels'>, bytes: number): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES);
  const view = new DataView(file.buffer);
  const tag = (offset: number, text: string): void => file.set(new TextEncoder().encode(text), offset);
  tag(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, bytes, true);
  return file;
}

/** One channel: the mean of all. */
export function mono({ channels, samples }: Pick<Wav, 'channels' | 'samples'>): Int16Array {
  if (channels === 1) return samples;
  return Int16Array.from({ length: Math.floor(samples.length / channels) }, (_, frame) => {
    const first = frame * channels;
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[first + channel] ?? 0;
    return Math.round(sum / channels);
  });
}

/** Two channels, interleaved; the shorter one is filled up with silence. */
export function stereo(left: Int16Array, right: Int16Array): Int16Array {
  const samples = new Int16Array(Math.max(left.length, right.length) * 2);
  left.forEach((sample, index) => (samples[index * 2] = sample));
  right.forEach((sample, index) => (samples[index * 2 + 1] = sample));
  return samples;
}
