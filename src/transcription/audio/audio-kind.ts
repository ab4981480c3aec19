// What an upload is, by its first bytes: what a client calls it is often wrong, and it must not choose how we read it.
import { containerOf } from '../../audio/container.js';
import type { Container, ContainerKind } from '../../audio/container.js';

/** For messages: what can be sent. */
export const ACCEPTED_AUDIO =
  'WAV, raw PCM, WebM or Matroska, Ogg, MP3, FLAC, M4A or MP4, AAC, AIFF, CAF, AU, AMR, WMA, AVI or MPEG';

/** ffmpeg's name of the demuxer that reads it; what is missing here is not read. */
const DEMUXERS: Readonly<Partial<Record<ContainerKind, string>>> = {
  wav: 'wav',
  rf64: 'wav',
  w64: 'w64',
  aiff: 'aiff',
  caf: 'caf',
  au: 'au',
  amr: 'amr',
  ogg: 'ogg',
  matroska: 'matroska',
  flac: 'flac',
  mp3: 'mp3',
  aac: 'aac',
  mov: 'mov',
  avi: 'avi',
  asf: 'asf',
  mpegts: 'mpegts',
  mpeg: 'mpeg',
  flv: 'flv',
  wv: 'wv',
  ape: 'ape',
  tta: 'tta',
};

/** ffmpeg's demuxer for it; undefined when it is nothing that is read here. */
export const demuxerOf = ({ kind }: Container): string | undefined => DEMUXERS[kind];

/** Every demuxer that an upload can reach. */
export const ALL_DEMUXERS: readonly string[] = [...new Set(Object.values(DEMUXERS))];

/** Undefined when it is nothing that has a name. */
export function audioKind(file: Buffer): Container | undefined {
  return containerOf(file) ?? singleFrame(file);
}

/** A file that says nothing of samples may begin with one frame of MPEG audio (ISO/IEC 11172-3 section 2.4.1.3) or ADTS (ISO/IEC 13818-7 section 6.2). */
function singleFrame(file: Buffer): Container | undefined {
  const [first = 0, second = 0, third = 0] = file;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const layer = (second >> 1) & 3;
  if (layer === 0) return (second & 0xf0) === 0xf0 ? { kind: 'aac', name: 'AAC' } : undefined;
  // Reserved versions, bit rates and sampling rates: text or samples that only look like a header.
  const isReserved = ((second >> 3) & 3) === 1 || third >> 4 === 15 || ((third >> 2) & 3) === 3;
  return isReserved ? undefined : { kind: 'mp3', name: 'MP3' };
}
