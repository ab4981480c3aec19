// G.711, what telephones speak: a byte a sample, 8 kHz, loud samples coarser than quiet ones. The laws are those of ITU-T
// Recommendation G.711 (11/1988), tables 1 and 2, on samples of 16 bits: whole tables, made once, because a call needs 8000
// lookups a second each way.
import { bytesOf, samplesOf } from './pcm16.js';

export type G711Law = 'mulaw' | 'alaw';

/** Hz, of every G.711 stream. */
export const G711_SAMPLE_RATE = 8000;

const CODES = 256;
const SAMPLES = 65_536;

/** mu-law: 33 of table 2 in 16 bits, added so that each segment begins at a power of two; and the loudest sample. */
const MU_BIAS = 132;
const MU_CLIP = 32_635;

/** All bits are sent inverted. The first is the sign (1 is positive), then come 3 bits of segment and 4 within it. */
function muLawSample(code: number): number {
  const bits = ~code & 0xff;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 15) << 3) + MU_BIAS) << segment) - MU_BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function muLawCode(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
  const segment = 24 - Math.clz32(magnitude); // 132 is in segment 0
  const bits = (sample < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 3)) & 15);
  return ~bits & 0xff;
}

/** Even bits are sent inverted; the first segment, unlike the others, has no leading one of its own. */
const A_INVERTED = 0x55;

function aLawSample(code: number): number {
  const bits = code ^ A_INVERTED;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

function aLawCode(sample: number): number {
  // Decision values lie between whole steps of 16; -1 to -16 is the first step below zero.
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const within = (segment <= 1 ? magnitude : magnitude >> (segment - 1)) & 15;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | within) ^ A_INVERTED;
}

interface Tables {
  readonly sampleOf: Int16Array;
  /** By the sample as an unsigned number. */
  readonly codeOf: Uint8Array;
}

const tables = (sample: (code: number) => number, code: (sample: number) => number): Tables => ({
  sampleOf: Int16Array.from({ length: CODES }, (_, at) => sample(at)),
  codeOf: Uint8Array.from({ length: SAMPLES }, (_, at) => code((at << 16) >> 16)),
});

const LAWS: Readonly<Record<G711Law, Tables>> = {
  mulaw: tables(muLawSample, muLawCode),
  alaw: tables(aLawSample, aLawCode),
};

/** What the line carries while nobody speaks: the code of a sample of 0. */
export const silentCode = (law: G711Law): number => LAWS[law].codeOf[0] as number;

/** Hot path: PCM16 mono, 8 kHz, as G.711, a byte a sample; an odd last byte is left out. */
export function encodeG711(pcm: Uint8Array, law: G711Law): Uint8Array {
  const { codeOf } = LAWS[law];
  const samples = samplesOf(pcm);
  const codes = new Uint8Array(samples.length);
  for (let at = 0; at < codes.length; at += 1) codes[at] = codeOf[(samples[at] as number) & 0xffff] as number;
  return codes;
}

/** Hot path: G.711 as PCM16 mono, 8 kHz, two bytes for each. */
export function decodeG711(codes: Uint8Array, law: G711Law): Uint8Array {
  const { sampleOf } = LAWS[law];
  const samples = new Int16Array(codes.length);
  for (let at = 0; at < samples.length; at += 1) samples[at] = sampleOf[codes[at] as number] as number;
  return bytesOf(samples);
}
