import type { Word } from '../../stt/stt.port.js';

/**
 * Characters of text a voice speaks in a ms, as long as nothing better is known: 13 a second. Rather low (15 is usual), so
 * that a word at the cut is said twice rather than not at all.
 */
export const CHARS_PER_MS = 13 / 1000;

/** A word counts as spoken when no more of it than this is missing, ms. */
const TOLERANCE_MS = 20;
/** The same for a word whose end is only estimated, characters. */
const TOLERANCE_CHARS = 0.5;

/** Scripts that put no blank between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
/** What belongs to the words before it. */
const LEFTOVER = /^[\s.,!?;:…)\]}"”’»。！？、，；：」』]+/u;

export interface Delivered {
  /** Audio of this text that was delivered, ms. */
  readonly ms: number;
  /** Timings of its words as far as the voice gave them, ms since its first sample. */
  readonly words: readonly Word[];
  readonly charsPerMs: number;
}

/** The words of a text whose audio was delivered to its end. */
export const spokenWords = ({ ms, words }: Delivered): Word[] =>
  words
    .filter((word) => word.endMs <= ms + TOLERANCE_MS)
    .map((word) => Object.assign({}, word, { endMs: Math.min(word.endMs, ms) }));

export interface Rest {
  /** The part of the text that has not been spoken yet, from the beginning of a word; empty when that is none. */
  readonly text: string;
  /** The voice has timed every word before it. */
  readonly timed: boolean;
}

/** What is left of a text: by the voice's own timings as far as they reach, and by the speaking rate beyond them. */
export function restOf(text: string, delivered: Delivered): Rest {
  const spoken = spokenWords(delivered);
  const timedTo = spoken.at(-1)?.endMs ?? 0;
  const isTimed = spoken.length < delivered.words.length;
  const beyond = isTimed ? 0 : (delivered.ms - timedTo) * delivered.charsPerMs;
  const timedEnd = endOf(text, spoken, delivered.words.length) + TOLERANCE_CHARS;
  let cut = 0;
  let timed = true;
  for (const end of wordEnds(text)) {
    if (end > timedEnd + beyond) break;
    cut = end;
    timed = end <= timedEnd;
  }
  const rest = cut === 0 ? text : text.slice(cut).replace(LEFTOVER, '');
  return { text: /[\p{L}\p{N}]/u.test(rest) ? rest : '', timed };
}

/** Where these words end in the text; where a share of `count` words does when they are written in another way there. */
function endOf(text: string, words: readonly Word[], count: number): number {
  const lower = text.toLowerCase();
  let at = 0;
  for (const word of words) {
    const found = lower.indexOf(word.text.toLowerCase(), at);
    if (found < 0) return (text.length * words.length) / count;
    const end = found + word.text.length;
    // Voices time words without the marks behind them.
    at = end + (/^[^\s\p{L}\p{N}]+/u.exec(text.slice(end))?.[0].length ?? 0);
  }
  return at;
}

/** Where the words of a text end, in order. */
function wordEnds(text: string): number[] {
  if (!UNSPACED.test(text)) return [...text.matchAll(/\S+/gu)].map((run) => run.index + run[0].length);
  const segments = [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)];
  return segments.filter(({ isWordLike }) => isWordLike).map(({ index, segment }) => index + segment.length);
}
