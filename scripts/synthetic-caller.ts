// A caller made of software: text becomes speech at run time, so that nothing pre-recorded decides what is recognised.
import { endOfSound, samplesOf } from '../client/audio/pcm.js';
import { Flite } from '../src/flite/flite.js';
import { speakable } from './synthetic-caller/speakable.js';

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

/** What is said is made ready before it is said, on machines that do other things besides, ms. */
const DEADLINE_MS = 60_000;

const flite = new Flite();

/** Ends the threads that speak, for whoever must leave none; nothing is said afterwards. */
export const endSynthesis = (): Promise<void> => flite.close();

/** Says `text`, which may hold addresses as they are written. Rejects with a ProviderError. */
export async function synthesize(text: string, voice: CallerVoice): Promise<SyntheticSpeech> {
  const { pcm, sampleRate } = await flite.speak({ text: speakable(text), voice, timeoutMs: DEADLINE_MS });
  const samples = samplesOf(pcm);
  const end = endOfSound(samples) + Math.round((TAIL_MS * sampleRate) / 1000);
  return { sampleRate, samples: samples.subarray(0, end) };
}
