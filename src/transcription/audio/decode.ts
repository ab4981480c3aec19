// An upload as what recognisers take: PCM16 mono at 16 kHz. WAV and raw PCM are read here, everything else by ffmpeg,
// whose answer is a WAV file again: channels are mixed in one place.
import { containerOf } from '../../audio/container.js';
import { isConvertible } from '../../audio/samples.js';
import { readWav } from '../../audio/wav-file.js';
import type { WavFile } from '../../audio/wav-file.js';
import { TranscriptionError } from '../transcription-error.js';
import { ACCEPTED_AUDIO, audioKind, demuxerOf } from './audio-kind.js';
import { decodeWithFfmpeg } from './ffmpeg.js';
import type { FfmpegOptions } from './ffmpeg.js';
import { secondsOf, toSpeechPcm } from './to-speech-pcm.js';
import type { PlainAudio } from './to-speech-pcm.js';

/** Raw PCM16, which cannot say of itself what it is. */
export interface RawFormat {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly endianness: 'little-endian' | 'big-endian';
}

export interface DecodeOptions {
  /** Longest audio, s. */
  readonly maxSeconds: number;
  readonly ffmpeg?: FfmpegOptions;
}

const tooLong = (maxSeconds: number) =>
  new TranscriptionError('audio_too_long', `The audio is longer than ${maxSeconds} s.`);
const corrupt = (message: string) => new TranscriptionError('audio_corrupt', message);
const empty = () => new TranscriptionError('audio_empty', 'The file holds no audio.');

/**
 * Decodes a whole file. Throws TranscriptionError (`audio_empty`, `audio_unsupported`, `audio_too_long`, `audio_corrupt`,
 * `ffmpeg_missing`, `busy`), or the signal's reason.
 *
 * @param raw when the client says that it is raw PCM, and its first bytes do not say that it is something else
 */
export async function decodeAudio(
  file: Buffer,
  raw: RawFormat | undefined,
  options: DecodeOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (file.length === 0) throw empty();
  if (raw !== undefined && containerOf(file) === undefined)
    return plain(rawAudio(file, raw), options.maxSeconds, signal);
  const container = audioKind(file);
  const demuxer = container === undefined ? undefined : demuxerOf(container);
  if (demuxer === undefined) {
    const what =
      container === undefined ? 'not audio that is taken here' : `${container.name}, which is not taken here`;
    throw new TranscriptionError('audio_unsupported', `This is ${what}: send ${ACCEPTED_AUDIO}.`);
  }
  if (container?.kind === 'wav' && file.toString('latin1', 0, 4) === 'RIFF') {
    const { sampleType, ...wav } = wavOf(file);
    if (wav.data.length === 0) throw empty();
    if (sampleType !== undefined && isConvertible(wav))
      return plain({ ...wav, sampleType }, options.maxSeconds, signal);
  }
  const { sampleType = 's16', ...decoded } = wavOf(
    await decodeWithFfmpeg(file, demuxer, options.maxSeconds, signal, options.ffmpeg),
  );
  if (decoded.data.length === 0) throw corrupt('The file is damaged, or holds no audio.');
  return plain({ ...decoded, sampleType }, options.maxSeconds, signal);
}

function wavOf(file: Buffer): WavFile {
  try {
    return readWav(file);
  } catch (error) {
    throw corrupt(`This is ${(error as RangeError).message}.`);
  }
}

async function plain(audio: PlainAudio, maxSeconds: number, signal: AbortSignal): Promise<Uint8Array> {
  const seconds = secondsOf(audio);
  if (seconds === 0) throw empty();
  if (seconds > maxSeconds) throw tooLong(maxSeconds);
  return toSpeechPcm(audio, signal);
}

function rawAudio(file: Buffer, { sampleRate, channels, endianness }: RawFormat): PlainAudio {
  if (!isConvertible({ sampleRate, channels })) {
    throw new TranscriptionError(
      'audio_unsupported',
      `Raw PCM of ${channels} channels at ${sampleRate} Hz is not taken.`,
    );
  }
  const frameBytes = 2 * channels;
  const whole = file.subarray(0, Math.floor(file.length / frameBytes) * frameBytes);
  const data = endianness === 'big-endian' ? Buffer.from(whole).swap16() : whole;
  return { data, sampleType: 's16', channels, sampleRate };
}
