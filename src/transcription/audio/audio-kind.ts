// What an upload is, by its first bytes: what a client calls it is often wrong, and it must not choose how we read it.

/** A container or codec, by ffmpeg's name of the demuxer that reads it. */
export type AudioKind = 'wav' | 'ogg' | 'matroska' | 'flac' | 'mp3' | 'aac' | 'mov';

/** For messages: what can be sent. */
export const ACCEPTED_AUDIO = 'WAV, raw PCM, WebM or Matroska, Ogg, MP3, FLAC, M4A or MP4, or AAC';

const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);

/** Undefined when it is nothing that is taken here. */
export function audioKind(file: Buffer): AudioKind | undefined {
  const tag = (at: number): string => file.toString('latin1', at, at + 4);
  if (tag(0) === 'RIFF' && tag(8) === 'WAVE') return 'wav';
  if (tag(0) === 'OggS') return 'ogg';
  if (tag(0) === 'fLaC') return 'flac';
  if (tag(4) === 'ftyp') return 'mov';
  if (file.subarray(0, 4).equals(EBML)) return 'matroska';
  if (file.toString('latin1', 0, 3) === 'ID3') return 'mp3';
  return mpegAudio(file);
}

/** A frame header of MPEG audio (ISO/IEC 11172-3 section 2.4.1.3) or ADTS (ISO/IEC 13818-7 section 6.2). */
function mpegAudio(file: Buffer): AudioKind | undefined {
  const [first = 0, second = 0, third = 0] = file;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const layer = (second >> 1) & 3;
  if (layer === 0) return (second & 0xf0) === 0xf0 ? 'aac' : undefined;
  // Reserved versions, bit rates and sampling rates: text or samples that only look like a header.
  const isReserved = ((second >> 3) & 3) === 1 || third >> 4 === 15 || ((third >> 2) & 3) === 3;
  return isReserved ? undefined : 'mp3';
}
