import { setImmediate as nextTurn } from 'node:timers/promises';
import { bytesOf } from '../../audio/pcm16.js';
import { Resampler } from '../../audio/resampler.js';
import { frameBytesOf, toMono } from '../../audio/samples.js';
import type { SampleFormat } from '../../audio/samples.js';

/** What every recogniser gets: PCM16 mono at this rate, Hz. */
export const SPEECH_RATE = 16_000;

/** Input samples that are converted at a stretch (some 2 ms), before calls in the same process have their turn. */
const SLICE_SAMPLES = 16_384;
/**
 * Channels that correlate worse than this cancel each other when they are averaged: one of them was turned over. Not 0:
 * two callers on a channel each hardly correlate, and both are wanted.
 */
const CANCELLING = -0.5;

export interface PlainAudio extends SampleFormat {
  readonly data: Buffer;
}

/** Length of plain samples, s. */
export function secondsOf(audio: PlainAudio): number {
  return Math.floor(audio.data.length / frameBytesOf(audio)) / audio.sampleRate;
}

/**
 * Plain samples as PCM16 mono at 16 kHz; several channels are averaged, unless two of them cancel: then the louder one is
 * taken. Shares memory with the input when it is that already. Gives other work its turn every few milliseconds.
 *
 * @param audio one that `isConvertible`
 */
export async function toSpeechPcm(audio: PlainAudio, signal: AbortSignal): Promise<Uint8Array> {
  const { data, sampleType, channels, sampleRate } = audio;
  if (sampleType === 's16' && channels === 1 && sampleRate === SPEECH_RATE) return data;
  const only = channels === 2 ? await louderWhereTheyCancel(audio, signal) : undefined;
  const resampler = new Resampler(sampleRate, SPEECH_RATE);
  const pieces: Uint8Array[] = [];
  for await (const slice of slices(audio, signal)) pieces.push(resampler.push(bytesOf(toMono(slice, audio, only))));
  pieces.push(resampler.flush());
  return Buffer.concat(pieces);
}

/** The louder of two channels that cancel, by its number; undefined where their average is sound. */
async function louderWhereTheyCancel(audio: PlainAudio, signal: AbortSignal): Promise<number | undefined> {
  let left = 0;
  let right = 0;
  let both = 0;
  for await (const slice of slices(audio, signal)) {
    const one = toMono(slice, audio, 0);
    const two = toMono(slice, audio, 1);
    for (let n = 0; n < one.length; n += 1) {
      const [a, b] = [one[n] as number, two[n] as number];
      left += a * a;
      right += b * b;
      both += a * b;
    }
  }
  if (both >= CANCELLING * Math.sqrt(left * right)) return undefined;
  return left >= right ? 0 : 1;
}

async function* slices(audio: PlainAudio, signal: AbortSignal): AsyncGenerator<Buffer> {
  const frame = frameBytesOf(audio);
  const step = Math.ceil(SLICE_SAMPLES / audio.channels) * frame;
  const end = Math.floor(audio.data.length / frame) * frame;
  for (let at = 0; at < end; at += step) {
    yield audio.data.subarray(at, Math.min(end, at + step));
    await nextTurn();
    signal.throwIfAborted();
  }
}
