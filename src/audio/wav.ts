import { bytesOf, samplesOf } from './pcm16.js';

/** Length of the header that `wavHeader` makes, bytes. */
export const WAV_HEADER_BYTES = 44;

const PCM = 1;
const EXTENSIBLE = 0xfffe;

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

function mixDown(pcm: Uint8Array, channels: number): Uint8Array {
  const samples = samplesOf(pcm);
  const mono = new Int16Array(Math.floor(samples.length / channels));
  for (let at = 0; at < mono.length; at += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[at * channels + channel] as number;
    mono[at] = Math.round(sum / channels);
  }
  return bytesOf(mono);
}

/**
 * Reads a PCM16 WAV file. A data chunk whose length is unknown (0 or 0xffffffff, as written to pipes) or cut short ends
 * with the file. Throws RangeError when it is no WAV file or not 16-bit PCM.
 */
export function decodeWav(file: Uint8Array): WavAudio {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number): string => Buffer.from(file.buffer, file.byteOffset + at, 4).toString('latin1');
  if (file.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new RangeError('not a WAV file');
  let format: { sampleRate: number; channels: number } | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const name = tag(at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'fmt ' && start + 16 <= file.length) {
      const encoding = view.getUint16(start, true);
      const bits = view.getUint16(start + 14, true);
      const channels = view.getUint16(start + 2, true);
      if ((encoding !== PCM && encoding !== EXTENSIBLE) || bits !== 16 || channels === 0) {
        throw new RangeError(`WAV encoding ${encoding} with ${bits} bits is not supported: only 16-bit PCM`);
      }
      format = { sampleRate: view.getUint32(start + 4, true), channels };
    } else if (name === 'data') {
      if (format === undefined) throw new RangeError('WAV file without a format before its data');
      const known = size !== 0 && size !== 0xffff_ffff;
      const end = known ? Math.min(file.length, start + size) : file.length;
      const frame = 2 * format.channels;
      const pcm = file.subarray(start, start + Math.floor((end - start) / frame) * frame);
      return { sampleRate: format.sampleRate, pcm: format.channels === 1 ? pcm : mixDown(pcm, format.channels) };
    }
    at = start + size + (size & 1);
  }
  throw new RangeError('WAV file without data');
}
