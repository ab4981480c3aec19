// Audio as bytes: PCM16 mono little-endian. This room owns the arithmetic on samples (views, levels, fades, resampling,
// WAV files) and nothing else: no I/O, no protocol, no provider.

const FULL_SCALE = 32_768;

/** What `levelDbfs` says of digital silence, dBFS: below the quietest PCM16 sample (-90.3). */
export const SILENCE_DBFS = -96;

/**
 * The samples of PCM16 bytes. Shares memory when the bytes lie on an even address, otherwise copies.
 * An odd last byte is left out. Assumes a little-endian host, as every platform of Node that Parley runs on is.
 */
export function samplesOf(pcm: Uint8Array): Int16Array {
  const length = pcm.length >> 1;
  if ((pcm.byteOffset & 1) === 0) return new Int16Array(pcm.buffer, pcm.byteOffset, length);
  // Not `slice`: that of a Buffer, which a socket delivers, does not copy.
  return new Int16Array(new Uint8Array(pcm.subarray(0, length * 2)).buffer);
}

/** The bytes of PCM16 samples; shares memory. */
export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Mean power of samples `from` (inclusive) to `to` (exclusive), full scale = 1; 0 for an empty range. */
export function meanPower(samples: Int16Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) {
    const sample = samples[at] as number;
    sum += sample * sample;
  }
  return to > from ? sum / ((to - from) * FULL_SCALE * FULL_SCALE) : 0;
}

/** Power (full scale = 1) as a level, dBFS, never under `SILENCE_DBFS`. A full-scale sine has -3 dBFS. */
export function powerToDbfs(power: number): number {
  return power > 0 ? Math.max(SILENCE_DBFS, 10 * Math.log10(power)) : SILENCE_DBFS;
}

/** RMS level of PCM16 bytes, dBFS. */
export function levelDbfs(pcm: Uint8Array): number {
  return powerToDbfs(meanPower(samplesOf(pcm)));
}

/** Fades `pcm` in place from gain `from` to gain `to` (0 to 1) along a raised cosine, which has no corner to click at. */
export function fade(pcm: Uint8Array, from: number, to: number): void {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const length = pcm.length >> 1;
  for (let at = 0; at < length; at += 1) {
    const gain = from + (to - from) * 0.5 * (1 - Math.cos((Math.PI * (at + 1)) / length));
    view.setInt16(at * 2, Math.round(view.getInt16(at * 2, true) * gain), true);
  }
}
