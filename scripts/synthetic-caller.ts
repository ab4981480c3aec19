// A caller made of software: text becomes speech at run time, so that nothing pre-recorded decides what is recognised.
import { endOfSound } from '../client/audio/pcm.js';
import { decodeWav, mono } from '../client/node/wav.js';
import { flite } from './synthetic-caller/flite.js';
import { speakable } from './synthetic-caller/speakable.js';

export { SynthesisError } from './synthetic-caller/flite.js';

/** flite's natural voices: a woman and two men, one of them Scottish. */
export const CALLER_VOICES = ['slt', 'rms', 'awb'] as const;

export type CallerVoice = (typeof CALLER_VOICES)[number];

export interface SyntheticSpeech {
  /** Hz */
  readonly sampleRate: number;
  /** PCM16 mono, from the first sound to shortly after the last. */
  readonly samples: Int16Array;
}

/** What is left after the last sound, ms: the room that the stream goes on with is never quite silent either. */
const TAIL_MS = 60;

/**
 * Says `text`, which may hold addresses as they are written. Throws SynthesisError.
 * @param program name or path of flite
 */
export async function synthesize(text: string, voice: CallerVoice, program?: string): Promise<SyntheticSpeech> {
  const wav = decodeWav(await flite(speakable(text), voice, program));
  const samples = mono(wav);
  const end = endOfSound(samples) + Math.round((TAIL_MS * wav.sampleRate) / 1000);
  return { sampleRate: wav.sampleRate, samples: samples.subarray(0, end) };
}
