import { z } from 'zod';
import { SAMPLE_RATES } from './audio.js';

export const sampleRateSchema = z.number().refine((rate) => (SAMPLE_RATES as readonly number[]).includes(rate), {
  error: `must be one of ${SAMPLE_RATES.join(', ')} Hz`,
});

export const audioFormatSchema = z.strictObject({
  encoding: z.literal('pcm16').default('pcm16').describe('16-bit signed little-endian samples, mono'),
  sampleRate: sampleRateSchema.describe('Hz'),
});
