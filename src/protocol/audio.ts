/** Rates that a session may use on either side, Hz. Audio is PCM16, mono, little-endian, without a header, or packets of Opus. */
export const SAMPLE_RATES = [8000, 16000, 22050, 24000, 32000, 44100, 48000] as const;

export const BYTES_PER_SAMPLE = 2;

/** How the audio of one side is packed; see Opus in docs/protocol.md. */
export const ENCODINGS = ['pcm16', 'opus'] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** Opus as both ends send it (RFC 6716). */
export const OPUS = {
  /** Those of SAMPLE_RATES that it codes without a conversion, Hz. */
  sampleRates: [8000, 16000, 24000, 48000] as readonly number[],
  /** Of speech, bits a second. */
  bitrate: 24_000,
  packetMs: 20,
  /**
   * What comes out of a decoder before the first sample that went into the encoder, ms: 312 samples at 48 kHz, the look-ahead
   * of libopus, which every browser has too. A receiver leaves it out at the beginning of a stream.
   */
  runInMs: 6.5,
} as const;

/** Bytes of `ms` milliseconds of PCM16 mono at `sampleRate` Hz, rounded down to whole samples. */
export function bytesForMs(ms: number, sampleRate: number): number {
  return Math.floor((ms * sampleRate) / 1000) * BYTES_PER_SAMPLE;
}

/** Milliseconds that `bytes` of PCM16 mono last at `sampleRate` Hz. */
export function msForBytes(bytes: number, sampleRate: number): number {
  return (bytes * 1000) / (sampleRate * BYTES_PER_SAMPLE);
}
