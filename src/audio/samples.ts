// Plain samples of every kind as PCM16 mono.

/** How samples lie, little-endian: 16 bits and more are signed integers, 8 bits unsigned ones, `f32` and `f64` floats. */
export type SampleType = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

export interface SampleFormat {
  readonly sampleType: SampleType;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
}

export const SAMPLE_BYTES: Readonly<Record<SampleType, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/**
 * Rates that are converted here, Hz. A list and not a range: the filter of an odd rate (47,999) has megabytes and takes a
 * while to make, and a stranger could ask for many of them.
 */
const RATES: ReadonlySet<number> = new Set([
  8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
]);
const MAX_CHANNELS = 16;

/** Whether its rate and its channels are converted here. */
export function isConvertible({ channels, sampleRate }: Pick<SampleFormat, 'channels' | 'sampleRate'>): boolean {
  return RATES.has(sampleRate) && channels >= 1 && channels <= MAX_CHANNELS;
}

/** Bytes of one sample of every channel. */
export const frameBytesOf = ({ sampleType, channels }: SampleFormat): number => SAMPLE_BYTES[sampleType] * channels;

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
 * Whole frames as PCM16 mono: the average of the channels, or one of them.
 * @param only the number of the channel to take, from 0; all of them when it is undefined
 */
export function toMono(data: Buffer, { sampleType, channels }: SampleFormat, only?: number): Int16Array {
  const bytes = SAMPLE_BYTES[sampleType];
  const read = READERS[sampleType];
  const frame = bytes * channels;
  const samples = new Int16Array(Math.floor(data.length / frame));
  for (let n = 0; n < samples.length; n += 1) {
    let value = 0;
    if (only !== undefined) value = read(data, n * frame + only * bytes);
    else for (let at = n * frame, end = at + frame; at < end; at += bytes) value += read(data, at) / channels;
    samples[n] = clipped(Math.round(value * 0x8000));
  }
  return samples;
}

/** A float may be loud beyond full scale, or no number at all. */
const clipped = (value: number): number =>
  value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Number.isNaN(value) ? 0 : value;

/** Sound and no silence is in so many words of 32 bits before they are judged. */
const JUDGED_WORDS = 64;
/** Bounds of a float that is a sample of ordinary sound, and of what PCM16 gives when it is read as one. */
const QUIETEST_FLOAT = 1e-8;
const LOUDEST_FLOAT = 1.5;
const MOST = 0.95;

/**
 * Whether bytes that should be PCM16 are floats of 32 bits, as an AudioWorklet and many speech models have them. Read as
 * floats, two samples of PCM16 are hardly ever within full scale. Undefined as long as there is nothing but silence.
 */
export function areFloats(data: Buffer): boolean | undefined {
  let sounding = 0;
  let plausible = 0;
  for (let at = 0; at + 4 <= data.length; at += 4) {
    const value = Math.abs(data.readFloatLE(at));
    if (value === 0) continue;
    sounding += 1;
    if (value >= QUIETEST_FLOAT && value <= LOUDEST_FLOAT) plausible += 1;
  }
  return sounding < JUDGED_WORDS ? undefined : plausible > sounding * MOST;
}
