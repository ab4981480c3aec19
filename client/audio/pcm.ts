import { BYTES_PER_SAMPLE } from '../../src/protocol/constants.js';

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** PCM16 little-endian bytes as samples: a view where the platform allows one, otherwise a copy. */
export function samplesOf(pcm: Uint8Array): Int16Array {
  const length = Math.floor(pcm.byteLength / BYTES_PER_SAMPLE);
  if (LITTLE_ENDIAN && pcm.byteOffset % BYTES_PER_SAMPLE === 0) {
    return new Int16Array(pcm.buffer, pcm.byteOffset, length);
  }
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return Int16Array.from({ length }, (_, index) => view.getInt16(index * BYTES_PER_SAMPLE, true));
}

/** Samples as PCM16 little-endian bytes: a view where the platform allows one, otherwise a copy. */
export function bytesOf(samples: Int16Array): Uint8Array {
  if (LITTLE_ENDIAN) return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const bytes = new Uint8Array(samples.length * BYTES_PER_SAMPLE);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, index) => view.setInt16(index * BYTES_PER_SAMPLE, sample, true));
  return bytes;
}

/** Samples of -1 to 1 as 16-bit ones; what lies beyond is clipped. */
export function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
}

/** 16-bit samples as -1 to 1. */
export function toFloat32(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}

/** Root mean square of 16-bit samples; 0 for none. Full scale is 32 768. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** Index after the last sample whose magnitude exceeds `threshold` (of 32 768); 0 when there is none. */
export function endOfSound(samples: Int16Array, threshold = 500): number {
  return samples.findLastIndex((sample) => Math.abs(sample) > threshold) + 1;
}
