/** Rates that a session may use on either side, Hz. Audio is always PCM16, mono, little-endian, without a header. */
export const SAMPLE_RATES = [8000, 16000, 22050, 24000, 32000, 44100, 48000] as const;

export const BYTES_PER_SAMPLE = 2;

/** Bytes of `ms` milliseconds of PCM16 mono at `sampleRate` Hz, rounded down to whole samples. */
export function bytesForMs(ms: number, sampleRate: number): number {
  return Math.floor((ms * sampleRate) / 1000) * BYTES_PER_SAMPLE;
}

/** Milliseconds that `bytes` of PCM16 mono last at `sampleRate` Hz. */
export function msForBytes(bytes: number, sampleRate: number): number {
  return (bytes * 1000) / (sampleRate * BYTES_PER_SAMPLE);
}
