// What the spelling voice said, read back from its samples: to the character, and with the times of its words.
import { bytesOf, samplesOf } from '../../client/audio/pcm.js';
import { SpellingVoice, spelled } from '../../test/fakes/spelling-voice.js';

/** Hz. */
export const RATE = 16_000;
/** Three times as fast as people speak: scenarios are about order, not about listening. */
const PACE = 3;
/** As in test/fakes/spelling-voice.ts. */
const SAMPLES_PER_CHAR = Math.round(RATE / 13 / PACE);
const MS_PER_CHAR = (SAMPLES_PER_CHAR * 1000) / RATE;
/** Who speaks, in the samples; well above the level of a quiet room. */
const MARK = 30;

export const spellingVoice = (): SpellingVoice =>
  new SpellingVoice(MARK, { name: 'spelling', pace: PACE, timings: 'ahead', chunkChars: 8 });

/** The text of this audio; '' when it is not the spelling voice's. */
export function textOf(audio: readonly Uint8Array[]): string {
  const samples = samplesOf(Buffer.concat(audio));
  return spelled(bytesOf(samples), SAMPLES_PER_CHAR)
    .filter(({ mark }) => mark === MARK)
    .map(({ text }) => text)
    .join('');
}

/** When words of a reply begin and end in its audio, ms. */
export function wordTimes(text: string): { readonly word: string; readonly startMs: number; readonly endMs: number }[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    word: match[0],
    startMs: match.index * MS_PER_CHAR,
    endMs: (match.index + match[0].length) * MS_PER_CHAR,
  }));
}
