import { Resampler } from '../../audio/resampler.js';
import { encodeWav } from '../../audio/wav.js';
import type { TranscriberRequest } from '../transcriber.port.js';

/** What Whisper and its kin are trained on, Hz. whisper.cpp refuses other rates unless it was built with a converter. */
const UPLOAD_RATE = 16_000;
const BYTES_PER_MS = (UPLOAD_RATE * 2) / 1000;

/** Length of the request's audio, ms. */
export function audioMs({ pcm, sampleRate }: TranscriberRequest): number {
  return (pcm.length * 1000) / (sampleRate * 2);
}

/**
 * The request's audio as a WAV file, 16 kHz mono, with silence at its end up to `leastMs`: the services refuse shorter
 * audio or say nothing about it.
 */
export function wavFile(request: TranscriberRequest, leastMs: number): Uint8Array<ArrayBuffer> {
  const { pcm, sampleRate } = request;
  const audio = sampleRate === UPLOAD_RATE ? pcm : resampled(pcm, sampleRate);
  const missing = Math.max(0, Math.ceil(leastMs * BYTES_PER_MS) - audio.length);
  const padded = missing === 0 ? audio : Buffer.concat([audio, Buffer.alloc(missing + (missing % 2))]);
  return new Uint8Array(encodeWav(padded, UPLOAD_RATE));
}

function resampled(pcm: Uint8Array, sampleRate: number): Uint8Array {
  const resampler = new Resampler(sampleRate, UPLOAD_RATE);
  return Buffer.concat([resampler.push(pcm), resampler.flush()]);
}
