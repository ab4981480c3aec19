import { TranscriptionError } from '../transcription-error.js';

/** How the samples of a WAV file lie: 16 bits are signed integers, 8 bits unsigned ones, `f32` and `f64` floats. */
export type SampleType = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

export interface WavFile {
  /** Undefined for an encoding that is not plain samples (A-law, ADPCM, ...). */
  readonly sampleType: SampleType | undefined;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** The samples, whole frames only. */
  readonly data: Buffer;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const INTEGERS: Readonly<Record<number, SampleType>> = { 8: 'u8', 16: 's16', 24: 's24', 32: 's32' };
const FLOATS: Readonly<Record<number, SampleType>> = { 32: 'f32', 64: 'f64' };

export const SAMPLE_BYTES: Readonly<Record<SampleType, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

const corrupt = (what: string) => new TranscriptionError('audio_corrupt', `This is not a whole WAV file: ${what}.`);

/**
 * Reads the chunks of a RIFF/WAVE file (Microsoft, "Multimedia Programming Interface" 1991, and "Multiple Channel Audio
 * Data and WAVE Files" 2007 for the extensible format). A data chunk whose length is unknown (0 or 0xffffffff, as written
 * to pipes), or that is cut short, ends with the file. Throws TranscriptionError `audio_corrupt`.
 */
export function readWav(file: Buffer): WavFile {
  let format: Omit<WavFile, 'data'> | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ') format = readFormat(file.subarray(start, start + size));
    if (name === 'data') {
      if (format === undefined) throw corrupt('the format is missing before the data');
      return { ...format, data: wholeFrames(file, start, size, format) };
    }
    // Chunks begin at even places.
    at = start + size + (size & 1);
  }
  throw corrupt('it has no data');
}

function wholeFrames(file: Buffer, start: number, size: number, format: Omit<WavFile, 'data'>): Buffer {
  const isKnown = size !== 0 && size !== 0xffff_ffff;
  const data = file.subarray(start, isKnown ? start + size : file.length);
  if (format.sampleType === undefined) return data;
  const frame = SAMPLE_BYTES[format.sampleType] * format.channels;
  return data.subarray(0, Math.floor(data.length / frame) * frame);
}

function readFormat(chunk: Buffer): Omit<WavFile, 'data'> {
  if (chunk.length < 16) throw corrupt('its format is cut short');
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  if (channels === 0 || sampleRate === 0) throw corrupt(`it has ${channels} channels at ${sampleRate} Hz`);
  const tag = chunk.readUInt16LE(0);
  // The first two bytes of the extensible format's GUID are the tag that it stands for.
  const encoding = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const types = encoding === PCM ? INTEGERS : encoding === FLOAT ? FLOATS : {};
  return { sampleType: types[bits], channels, sampleRate };
}
