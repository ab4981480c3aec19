import { setImmediate as nextTurn } from 'node:timers/promises';
import { bytesOf } from '../../audio/pcm16.js';
import { Resampler } from '../../audio/resampler.js';
import { SAMPLE_BYTES } from './wav-file.js';
import type { SampleType } from './wav-file.js';

/** What every recogniser gets: PCM16 mono at this rate, Hz. */
export const SPEECH_RATE = 16_000;

/**
 * Rates that are converted here, Hz. A list and not a range: the filter of an odd rate (47,999) has megabytes and takes a
 * while to make, and a client could ask for many of them.
 */
const RATES: ReadonlySet<number> = new Set([
  8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
]);
const MAX_CHANNELS = 16;
/** Input samples that are converted at a stretch (some 2 ms), before calls in the same process have their turn. */
const SLICE_SAMPLES = 16_384;

export interface PlainAudio {
  readonly data: Buffer;
  readonly sampleType: SampleType;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
}

/** Whether `toSpeechPcm` takes it. */
export function isConvertible({ channels, sampleRate }: Pick<PlainAudio, 'channels' | 'sampleRate'>): boolean {
  return RATES.has(sampleRate) && channels >= 1 && channels <= MAX_CHANNELS;
}

/** Length of plain samples, s. */
export function secondsOf({ data, sampleType, channels, sampleRate }: PlainAudio): number {
  return Math.floor(data.length / (SAMPLE_BYTES[sampleType] * channels)) / sampleRate;
}

/** One sample as a fraction of full scale, -1 to 1 (a float may lie outside). */
const READERS: Readonly<Record<SampleType, (data: Buffer, at: number) => number>> = {
  u8: (data, at) => ((data[at] as number) - 128) / 128,
  s16: (data, at) => data.readInt16LE(at) / 0x8000,
  s24: (data, at) => data.readIntLE(at, 3) / 0x80_0000,
  s32: (data, at) => data.readInt32LE(at) / 0x8000_0000,
  f32: (data, at) => data.readFloatLE(at),
  f64: (data, at) => data.readDoubleLE(at),
};

/**
 * Plain samples as PCM16 mono at 16 kHz; several channels are averaged. Shares memory with the input when it is that
 * already. Gives other work its turn every few milliseconds.
 *
 * @param audio one that `isConvertible`
 */
export async function toSpeechPcm(audio: PlainAudio, signal: AbortSignal): Promise<Uint8Array> {
  const { data, sampleType, channels, sampleRate } = audio;
  if (sampleType === 's16' && channels === 1 && sampleRate === SPEECH_RATE) return data;
  const frameBytes = SAMPLE_BYTES[sampleType] * channels;
  const frames = Math.floor(data.length / frameBytes);
  const framesOfSlice = Math.ceil(SLICE_SAMPLES / channels);
  const resampler = new Resampler(sampleRate, SPEECH_RATE);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < frames; at += framesOfSlice) {
    const slice = data.subarray(at * frameBytes, Math.min(frames, at + framesOfSlice) * frameBytes);
    pieces.push(resampler.push(bytesOf(mono(slice, sampleType, channels))));
    await nextTurn();
    signal.throwIfAborted();
  }
  pieces.push(resampler.flush());
  return Buffer.concat(pieces);
}

function mono(data: Buffer, sampleType: SampleType, channels: number): Int16Array {
  const bytes = SAMPLE_BYTES[sampleType];
  const read = READERS[sampleType];
  const samples = new Int16Array(data.length / (bytes * channels));
  for (let n = 0, at = 0; n < samples.length; n += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1, at += bytes) sum += read(data, at);
    const value = Math.round((sum / channels) * 0x8000);
    // A float may be loud beyond full scale, or no number at all.
    samples[n] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Number.isNaN(value) ? 0 : value;
  }
  return samples;
}
