// The piece of a caption that fits on the screen, cut where a reader would pause.
import type { Caption } from './captions.js';

/** Two lines of a subtitle, characters. */
const TWO_LINES = 84;

export interface Cue {
  readonly text: string;
  /** How much of it was heard, characters. */
  readonly heard: number;
}

/** The piece in which the voice is: at most `most` characters of it, unless one word is longer. */
export function cueOf({ text, heard }: Pick<Caption, 'text' | 'heard'>, most = TWO_LINES): Cue {
  let begin = 0;
  let end = cut(text, begin, most);
  while (end < text.length && end <= heard) {
    begin = end;
    end = cut(text, begin, most);
  }
  const piece = text.slice(begin, end);
  const lead = piece.length - piece.trimStart().length;
  return { text: piece.trim(), heard: Math.max(0, Math.min(heard - begin - lead, piece.trim().length)) };
}

/** Where the piece ends that begins there: after a sentence, else after a clause, else after a word. */
function cut(text: string, begin: number, most: number): number {
  const rest = text.slice(begin);
  if (rest.trim().length <= most) return text.length;
  const fits = rest.slice(0, most + rest.length - rest.trimStart().length);
  const after = (pattern: RegExp, least: number): number => {
    let found = 0;
    for (const { index, 0: mark } of fits.matchAll(pattern)) found = index + mark.length;
    return found > least ? found : 0;
  };
  const length =
    after(/[.!?…]["”’)]*\s/g, 0) ||
    after(/[,;:–]\s/g, most / 3) ||
    after(/\s/g, 1) ||
    (/^\s*\S+/.exec(rest)?.[0].length ?? most);
  return begin + length;
}
