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
      const bytes = file.subarray(body, Math.min(file.byteLength, body + size));
      return { ...format, samples: samplesOf(bytes) };
    }
    // Chunks are padded to an even length.
    offset = body + size + (size % 2);
  }
  throw new WavError('no audio in it');
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
  const view = new DataView(file.buffer);
  const tag = (offset: number, text: string): void => file.set(new TextEncoder().encode(text), offset);
  tag(0, 'RIFF');
  view.setUint32(4, file.byteLength - 8, true);
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
  view.setUint32(40, data.byteLength, true);
  file.set(data, HEADER_BYTES);
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
