import { z } from 'zod';
import { ENCODINGS, SAMPLE_RATES } from './audio.js';

export const sampleRateSchema = z.number().refine((rate) => (SAMPLE_RATES as readonly number[]).includes(rate), {
  error: `must be one of ${SAMPLE_RATES.join(', ')} Hz`,
});

const encodingSchema = z
  .enum(ENCODINGS)
  .default('pcm16')
  .describe('pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can');

export const audioFormatSchema = z.strictObject({
  encoding: encodingSchema,
  sampleRate: sampleRateSchema.describe('Hz'),
});

/** Of a call that goes on: its rates stay, and each of its sockets packs audio as it wants to. */
export const packedFormatSchema = z.strictObject({ encoding: encodingSchema });
