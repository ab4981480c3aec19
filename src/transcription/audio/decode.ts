// An upload as what recognisers take: PCM16 mono at 16 kHz. WAV and raw PCM are read here, everything else by ffmpeg.
import { TranscriptionError } from '../transcription-error.js';
import { ACCEPTED_AUDIO, audioKind } from './audio-kind.js';
import { decodeWithFfmpeg } from './ffmpeg.js';
import type { FfmpegOptions } from './ffmpeg.js';
import { isConvertible, secondsOf, SPEECH_RATE, toSpeechPcm } from './to-speech-pcm.js';
import type { PlainAudio } from './to-speech-pcm.js';
import { readWav } from './wav-file.js';

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
const empty = () => new TranscriptionError('audio_empty', 'The file holds no audio.');

/**
 * Decodes a whole file. Throws TranscriptionError (`audio_empty`, `audio_unsupported`, `audio_too_long`, `audio_corrupt`,
 * `ffmpeg_missing`, `busy`), or the signal's reason.
 *
 * @param raw when the client says that it is raw PCM; otherwise the first bytes decide
 */
export async function decodeAudio(
  file: Buffer,
  raw: RawFormat | undefined,
  options: DecodeOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (file.length === 0) throw empty();
  if (raw !== undefined) return plain(rawAudio(file, raw), options.maxSeconds, signal);
  const kind = audioKind(file);
  if (kind === undefined) {
    throw new TranscriptionError('audio_unsupported', `This is not audio that is taken here: ${ACCEPTED_AUDIO}.`);
  }
  if (kind === 'wav') {
    const { sampleType, ...wav } = readWav(file);
    if (wav.data.length === 0) throw empty();
    if (sampleType !== undefined && isConvertible(wav))
      return plain({ ...wav, sampleType }, options.maxSeconds, signal);
  }
  const pcm = await decodeWithFfmpeg(file, kind, options.maxSeconds, signal, options.ffmpeg);
  if (pcm.length > options.maxSeconds * SPEECH_RATE * 2) throw tooLong(options.maxSeconds);
  return pcm.subarray(0, pcm.length & ~1);
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
