// Speech as a telephone carries it: what the local voice says in mu-law, and what the local recogniser hears of mu-law.
import { decodeG711, encodeG711, G711_SAMPLE_RATE } from '../../src/audio/g711.js';
import { Resampler } from '../../src/audio/resampler.js';
import type { FliteVoice } from '../../src/flite/flite.js';
import { synthesise } from '../speech/hear.js';

const VOICE_RATE = 16_000;

const convert = (pcm: Uint8Array, from: number, to: number): Uint8Array => {
  const resampler = new Resampler(from, to);
  return Buffer.concat([resampler.push(pcm), resampler.flush()]);
};

/** PCM16 of 16 kHz over the line: mu-law, 8 kHz. */
export const toLine = (pcm: Uint8Array): Uint8Array => encodeG711(convert(pcm, VOICE_RATE, G711_SAMPLE_RATE), 'mulaw');

/** mu-law of the line as PCM16 of 16 kHz. */
export const fromLine = (codes: Uint8Array): Uint8Array =>
  convert(decodeG711(codes, 'mulaw'), G711_SAMPLE_RATE, VOICE_RATE);

export async function saidOnTheLine(text: string, voice: FliteVoice = 'slt'): Promise<Uint8Array> {
  return toLine(await synthesise(text, voice));
}
