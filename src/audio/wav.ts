import { containerOf } from './container.js';
import { bytesOf } from './pcm16.js';
import { toMono } from './samples.js';
import { readWav } from './wav-file.js';

/** Length of the header that `wavHeader` makes, bytes. */
export const WAV_HEADER_BYTES = 44;

const PCM = 1;

/**
 * Header of a mono PCM16 WAV file (RIFF, Microsoft "Multimedia Programming Interface" 1991) with `dataBytes` of audio.
 * @param sampleRate Hz
 */
export function wavHeader(dataBytes: number, sampleRate: number, channels = 1): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/** A whole WAV file of PCM16; `pcm` is interleaved when there are several channels. */
export function encodeWav(pcm: Uint8Array, sampleRate: number, channels = 1): Uint8Array {
  return Buffer.concat([wavHeader(pcm.length, sampleRate, channels), pcm]);
}

export interface WavAudio {
  /** Hz. */
  readonly sampleRate: number;
  /** PCM16 mono; several channels are averaged. Shares memory with the file when it is mono. */
  readonly pcm: Uint8Array;
}

/**
 * Reads a PCM16 WAV file. A data chunk whose length is unknown (0 or 0xffffffff, as written to pipes) or cut short ends
 * with the file. Throws RangeError when it is no WAV file or not 16-bit PCM.
 */
export function decodeWav(file: Uint8Array): WavAudio {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (containerOf(bytes)?.kind !== 'wav') throw new RangeError('not a WAV file');
  const { sampleType, channels, sampleRate, data } = readWav(bytes);
  if (sampleType !== 's16') throw new RangeError(`WAV of ${sampleType ?? 'a codec'} is not supported: only 16-bit PCM`);
  return { sampleRate, pcm: channels === 1 ? data : bytesOf(toMono(data, { sampleType, channels, sampleRate })) };
}
