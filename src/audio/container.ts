// What bytes are that are no bare samples, by how they begin: what a sender calls them is often wrong. Only beginnings that
// sound cannot have by chance are here, so that raw PCM is never taken for something else.

export type ContainerKind =
  | 'wav'
  | 'rf64'
  | 'w64'
  | 'aiff'
  | 'caf'
  | 'au'
  | 'amr'
  | 'ogg'
  | 'matroska'
  | 'flac'
  | 'mp3'
  | 'aac'
  | 'mov'
  | 'avi'
  | 'asf'
  | 'mpegts'
  | 'mpeg'
  | 'flv'
  | 'wv'
  | 'ape'
  | 'tta'
  | 'other';

export interface Container {
  readonly kind: ContainerKind;
  /** What people call it. */
  readonly name: string;
}

/** Bytes as Latin-1 and where they stand. */
type Mark = readonly [at: number, bytes: string];

const MARKS: readonly (readonly [ContainerKind, string, ...Mark[]])[] = [
  ['wav', 'WAV', [0, 'RIFF'], [8, 'WAVE']],
  ['wav', 'WAV', [0, 'RIFX'], [8, 'WAVE']],
  ['rf64', 'RF64', [0, 'RF64'], [8, 'WAVE']],
  ['rf64', 'BW64', [0, 'BW64'], [8, 'WAVE']],
  ['w64', 'Wave64', [0, 'riff\x2e\x91\xcf\x11']],
  ['aiff', 'AIFF', [0, 'FORM'], [8, 'AIFF']],
  ['aiff', 'AIFF', [0, 'FORM'], [8, 'AIFC']],
  ['caf', 'CAF', [0, 'caff']],
  ['au', 'AU', [0, '.snd']],
  ['amr', 'AMR', [0, '#!AMR']],
  ['ogg', 'Ogg', [0, 'OggS']],
  ['matroska', 'WebM or Matroska', [0, '\x1a\x45\xdf\xa3']],
  ['flac', 'FLAC', [0, 'fLaC']],
  ['mov', 'MP4', [4, 'ftyp']],
  ['mov', 'MP4 (a fragment without its beginning)', [4, 'moof']],
  ['mov', 'QuickTime', [4, 'moov']],
  ['mov', 'QuickTime', [4, 'mdat']],
  ['mov', 'QuickTime', [4, 'wide']],
  ['avi', 'AVI', [0, 'RIFF'], [8, 'AVI ']],
  ['asf', 'WMA', [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11']],
  ['mpegts', 'MPEG-TS', [0, 'G'], [188, 'G'], [376, 'G'], [564, 'G']],
  ['mpeg', 'an MPEG program stream', [0, '\x00\x00\x01\xba']],
  ['flv', 'FLV', [0, 'FLV\x01']],
  ['wv', 'WavPack', [0, 'wvpk']],
  ['ape', 'Monkey’s Audio', [0, 'MAC ']],
  ['tta', 'TTA', [0, 'TTA1']],
  ['other', 'SILK', [0, '#!SILK']],
  ['other', 'SILK', [1, '#!SILK']],
  ['other', 'MIDI', [0, 'MThd']],
  ['other', 'a playlist', [0, '#EXTM3U']],
  ['other', 'a PDF document', [0, '%PDF']],
  ['other', 'a PNG picture', [0, '\x89PNG']],
  ['other', 'a GIF picture', [0, 'GIF8']],
  ['other', 'a JPEG picture', [0, '\xff\xd8\xff\xe0']],
  ['other', 'a JPEG picture', [0, '\xff\xd8\xff\xe1']],
  ['other', 'a ZIP archive', [0, 'PK\x03\x04']],
  ['other', 'gzip', [0, '\x1f\x8b\x08\x00']],
];

/** The longest beginning that anything is known by, bytes; two frames of MP3 may take so much. */
export const CONTAINER_HEAD_BYTES = 3072;

/** Undefined when it can be raw samples, as far as these bytes tell. */
export function containerOf(head: Buffer): Container | undefined {
  const has = ([at, bytes]: Mark): boolean => head.toString('latin1', at, at + bytes.length) === bytes;
  for (const [kind, name, ...marks] of MARKS) if (marks.every(has)) return { kind, name };
  const tag = id3Bytes(head);
  const frames = mpegFrames(head.subarray(tag));
  if (frames !== undefined) return frames;
  return tag > 0 ? { kind: 'mp3', name: 'MP3' } : textOf(head);
}

/** Length of the ID3 tag at the beginning, bytes (id3.org, "ID3v2.4.0" section 3.1); 0 when there is none. */
function id3Bytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3' || (head[3] as number) > 4) return 0;
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] as number) & 0x7f), 0);
  return 10 + size;
}

/** Two frames of MP3 or ADTS one behind the other: a single header is two bytes that samples have, too. */
function mpegFrames(head: Buffer): Container | undefined {
  const length = mp3FrameBytes(head) ?? 0;
  if (length > 0 && mp3FrameBytes(head.subarray(length)) !== undefined) return { kind: 'mp3', name: 'MP3' };
  const aac = adtsFrameBytes(head) ?? 0;
  return aac > 0 && adtsFrameBytes(head.subarray(aac)) !== undefined ? { kind: 'aac', name: 'AAC' } : undefined;
}

const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const MP3_RATES = [44_100, 48_000, 32_000];

/** Of a layer III frame (ISO/IEC 11172-3 section 2.4.2.3, 13818-3 for the lower rates). */
function mp3FrameBytes(head: Buffer): number | undefined {
  const [first = 0, second = 0, third = 0] = head;
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return undefined;
  const version = (second >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const kbps = (version === 3 ? KBPS_1 : KBPS_2)[third >> 4];
  const rate = MP3_RATES[(third >> 2) & 3];
  if (version === 1 || kbps === undefined || kbps === 0 || rate === undefined) return undefined;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  return Math.floor(((version === 3 ? 144_000 : 72_000) * kbps * divisor) / rate) + ((third >> 1) & 1);
}

/** Of an ADTS frame (ISO/IEC 13818-7 section 6.2). */
function adtsFrameBytes(head: Buffer): number | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = head;
  if (first !== 0xff || (second & 0xf6) !== 0xf0 || ((third >> 2) & 15) > 12) return undefined;
  const bytes = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  return bytes > 7 ? bytes : undefined;
}

/** So many printable characters in a row are no sound. */
const TEXT_BYTES = 16;

function textOf(head: Buffer): Container | undefined {
  const text = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/u, '')
    .trimStart()
    .slice(0, 256);
  if (text.length < TEXT_BYTES || !/^[\x20-\x7e\s]*$/u.test(text)) return undefined;
  const name = /^[[{"]/u.test(text) ? 'JSON' : text.startsWith('<') ? 'HTML or XML' : 'text';
  return { kind: 'other', name };
}
