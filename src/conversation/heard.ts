// What the caller has heard of a reply, worked out from how much of its audio was played.
import type { Word } from '../stt/stt.port.js';

/** One spoken piece of a reply: its text as written, and where its audio lies in the reply's audio. */
export interface SpokenSegment {
  readonly text: string;
  /** What the voice was given for it; empty until then. */
  spoken: string;
  /** ms since the reply's first sample. */
  startMs: number;
  /** Audio of this segment so far, ms. */
  durationMs: number;
  /** All its audio is there. */
  complete: boolean;
  /** Word timings since the segment's first sample, where the voice gives them. */
  words: readonly Word[];
}

/** Speaking rate to assume for a segment whose audio is not all there: about 170 words a minute. */
const CHARS_PER_MS = 15 / 1000;
/** A segment counts as heard in full when less than this is missing: the last phoneme has died away, ms. */
const TAIL_MS = 120;

/** How long it takes to say a text, ms, at the rate that is assumed. */
export const expectedMs = (text: string): number => text.length / CHARS_PER_MS;

/**
 * The part of the segment's text that was heard when `playedMs` of the reply had been played, cut between words. So close
 * to its end as `tailMs` it counts as heard in full.
 */
export function heardOf(segment: SpokenSegment, playedMs: number, tailMs = TAIL_MS): string {
  // Nothing in it could be spoken: it is over as soon as what comes before it is.
  if (segment.complete && segment.durationMs === 0) {
    return playedMs > 0 && playedMs >= segment.startMs - tailMs ? segment.text : '';
  }
  // What is played after it is not of it.
  const into = Math.min(playedMs - segment.startMs, segment.durationMs);
  if (segment.durationMs === 0 || into <= 0) return '';
  if (segment.complete && into >= segment.durationMs - tailMs) return segment.text;
  const timed = segment.complete ? segment.words : [];
  const written = segment.text.match(/\S+/gu) ?? [];
  // One timing a written word: the text ends with the last word whose sound was over. "$5" has more timings than words.
  if (timed.length > 0 && timed.length === written.length) {
    return wordsOf(segment.text, timed.filter((word) => word.endMs <= into).length);
  }
  return cutAtWord(segment.text, timed.length > 0 ? shareOf(timed, into) : share(segment, into));
}

/** The first words of a text, `count` of them, as they are written. */
function wordsOf(text: string, count: number): string {
  const last = [...text.matchAll(/\S+/gu)][count - 1];
  return last === undefined ? '' : text.slice(0, last.index + last[0].length);
}

/** Share of the timed words' letters that was heard, 0 to 1. */
function shareOf(words: readonly Word[], into: number): number {
  const letters = (some: readonly Word[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  return letters(words.filter((word) => word.endMs <= into)) / Math.max(1, letters(words));
}

/** Share of the segment that was heard, 0 to 1, by the length of its audio. */
function share(segment: SpokenSegment, into: number): number {
  const expected = segment.complete ? segment.durationMs : Math.max(segment.durationMs, expectedMs(segment.text));
  return into / expected;
}

/** The longest prefix of whole words that is at most `part` of the text. */
export function cutAtWord(text: string, part: number): string {
  if (part >= 1) return text;
  const limit = text.length * part;
  let end = 0;
  for (const match of text.matchAll(/\S+/gu)) {
    if (match.index + match[0].length > limit) break;
    end = match.index + match[0].length;
  }
  return text.slice(0, end);
}
