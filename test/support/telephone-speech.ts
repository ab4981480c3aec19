// Speech as a telephone carries it: what the local voice says in mu-law, and what the local recogniser hears of mu-law.
import { decodeG711, encodeG711, G711_SAMPLE_RATE } from '../../src/audio/g711.js';
import { Resampler } from '../../src/audio/resampler.js';
import type { FliteVoice } from '../../src/flite/flite.js';
import type { SpeechDomain } from '../../src/stt/domain.port.js';
import { synthesise } from '../speech/hear.js';
import { DEMO_COUNT, DEMO_LATEST } from './demo-answer.js';

/** Of the local voice and the local recogniser, Hz. */
export const VOICE_RATE = 16_000;

/** PCM16 of one rate as PCM16 of another, whole. */
export const convert = (pcm: Uint8Array, from: number, to: number): Uint8Array => {
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

/** What whoever listens to the agent may expect to hear: sentences of hers with all they could be about. */
export const AGENT_ANSWERS: SpeechDomain = {
  sections: [
    {
      weight: 100,
      templates: [
        'hello this is julia how can i help you',
        'client {id} has {count} transactions',
        'client {id} {name} has {count} transactions',
        'in total the latest are {merchant}',
        '{merchant} for {amount} dollars',
        'a refund of {amount} dollars from {merchant}',
        'shall i read more',
        'which client do you mean',
        'are you still there',
        'i will hang up now goodbye',
      ],
    },
  ],
  numbers: { id: Array.from({ length: 20 }, (_, index) => 5001 + index) },
  slots: {
    name: ['ada park', 'ben ortiz', 'carla weiss', 'omar haddad'],
    count: [DEMO_COUNT, 'twelve', 'ninety', 'two hundred'],
    amount: [...DEMO_LATEST.map(({ dollars }) => dollars), 'ninety nine', 'two hundred twelve', 'eighty seven'],
    merchant: [
      ...DEMO_LATEST.map(({ merchant }) => merchant),
      'corner grocer',
      'harbor hotel',
      'shield insurance',
      'green basket market',
    ],
  },
  keyTerms: [],
};
