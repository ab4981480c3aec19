// The header of a RIFF/WAVE file, of a whole one and of one that is still coming.
import { frameBytesOf } from './samples.js';
import type { SampleFormat, SampleType } from './samples.js';

/** Of an encoding that is not plain samples (A-law, ADPCM, ...) the type is undefined. */
type WavFormat = Omit<SampleFormat, 'sampleType'> & { readonly sampleType: SampleType | undefined };

export interface WavHeader extends WavFormat {
  /** Where the samples begin. */
  readonly dataAt: number;
  /** How many bytes they have; undefined where the header does not know (0 or 0xffffffff, as written to pipes). */
  readonly dataBytes: number | undefined;
}

export interface WavFile extends WavFormat {
  /** The samples, whole frames only. */
  readonly data: Buffer;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const INTEGERS: Readonly<Record<number, SampleType>> = { 8: 'u8', 16: 's16', 24: 's24', 32: 's32' };
const FLOATS: Readonly<Record<number, SampleType>> = { 32: 'f32', 64: 'f64' };

const corrupt = (what: string) => new RangeError(`not a whole WAV file: ${what}`);

/**
 * Reads the chunks of a WAV file up to its samples (Microsoft, "Multimedia Programming Interface" 1991, and "Multiple
 * Channel Audio Data and WAVE Files" 2007 for the extensible format). Undefined when the samples have not begun by the end
 * of `head`. Throws RangeError for what can be no WAV file, whatever follows.
 */
export function readWavHeader(head: Buffer): WavHeader | undefined {
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= head.length;) {
    const name = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ') {
      if (size < 16) throw corrupt('its format is cut short');
      if (start + Math.min(size, 40) > head.length) return undefined;
      format = readFormat(head.subarray(start, start + size));
    }
    if (name === 'data') {
      if (format === undefined) throw corrupt('the format is missing before the data');
      return { ...format, dataAt: start, dataBytes: size === 0 || size === 0xffff_ffff ? undefined : size };
    }
    // Chunks begin at even places.
    at = start + size + (size & 1);
  }
  return undefined;
}

/** Reads a whole file; samples that are cut short end with it. Throws RangeError. */
export function readWav(file: Buffer): WavFile {
  const header = readWavHeader(file);
  if (header === undefined) throw corrupt('it has no data');
  const { sampleType, channels, sampleRate, dataAt, dataBytes } = header;
  const data = file.subarray(dataAt, dataBytes === undefined ? file.length : dataAt + dataBytes);
  if (sampleType === undefined) return { sampleType, channels, sampleRate, data };
  const frame = frameBytesOf({ sampleType, channels, sampleRate });
  return { sampleType, channels, sampleRate, data: data.subarray(0, Math.floor(data.length / frame) * frame) };
}

function readFormat(chunk: Buffer): WavFormat {
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
