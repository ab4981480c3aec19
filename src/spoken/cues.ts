// Cues: words that speak for something, each with a weight.
import { spansOf, textOf } from './phrases.js';
import type { CueRow } from './spoken.port.js';

type Words = readonly string[];

export interface Cues {
  /** What the rows of which a cue is in the words weigh together. */
  weigh(words: Words): number;
  /** Where cues stand in the words. */
  spansIn(words: Words): readonly { readonly start: number; readonly end: number }[];
}

export function cuesOf(table: readonly CueRow[]): Cues {
  // Any cue of a row, between blanks; the blank after it is left for the next.
  const rows = table.map(([weight, ...cues]) => {
    const patterns = cues.map((cue) => cue.split(' ').map(placePattern).join(' '));
    return { weight, pattern: new RegExp(` (?:${patterns.join('|')})(?= )`, 'gu') };
  });
  return {
    weigh(words) {
      const text = textOf(words);
      return rows.reduce((sum, { weight, pattern }) => sum + (text.search(pattern) < 0 ? 0 : weight), 0);
    },
    spansIn: (words) => rows.flatMap(({ pattern }) => spansOf(words, pattern)),
  };
}

/** The words of the cues that are said as they stand there. */
export const wordsOfCues = (table: readonly CueRow[]): Words =>
  table.flatMap(([, ...cues]) => cues.flatMap((cue) => cue.split(/[ |]/)));

const placePattern = (place: string): string => {
  const words = place
    .replace(/^!/, '')
    .replace(/[$^.]/g, String.raw`\$&`)
    .replaceAll('*', String.raw`\S*`);
  return place.startsWith('!') ? String.raw`(?!(?:${words}) )\S+` : `(?:${words})`;
};
