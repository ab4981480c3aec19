// Periods that do not end a sentence.
import type { Abbreviations } from '../lexicon/lexicon.js';
import { isDigit, isLower } from './characters.js';

/** The word of letters, digits and inner periods that ends at `end`. */
export function wordBefore(text: string, end: number): string {
  let start = end;
  // Long enough for every abbreviation; a longer word is none.
  while (start > 0 && end - start < 24 && /[\p{L}\p{N}.]/u.test(text[start - 1] ?? '')) start -= 1;
  return text.slice(start, end);
}

/** Whether `word`, before a single period, is never the end of a sentence whatever follows. */
export function neverLast(word: string, { neverLast: never }: Abbreviations): boolean {
  const lower = word.toLowerCase();
  if (never.has(lower)) return true;
  if (/^[\p{Lu}\p{Ll}]$/u.test(word)) return true; // an initial: "J. Park", "z. B."
  return lower !== 'a.m' && lower !== 'p.m' && /^(?:\p{L}{1,2}\.)+\p{L}{1,2}$/u.test(word); // "e.g.", "U.S.", "Ph.D."
}

/** Whether what follows `word` and a single period has to be seen: it is an abbreviation that may end a sentence. */
export function asksForNext(word: string, { beforeNumbers, maybeLast }: Abbreviations): boolean {
  const lower = word.toLowerCase();
  return beforeNumbers.has(lower) || maybeLast.has(lower) || /^\d{1,2}$/u.test(word);
}

/** Whether the sentence goes on after `word` and a period, given the text that follows the space (at most one word). */
export function goesOn(word: string, next: string, { months }: Abbreviations): boolean {
  const first = next[0] ?? '';
  if (/^\d+$/u.test(word)) return months.has(next.toLowerCase());
  return isDigit(first) || isLower(first);
}
