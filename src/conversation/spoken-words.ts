// Lays a written text and what is spoken for it side by side: "Client 5001 has" is "Client five zero zero one has".
import type { Word } from '../stt/stt.port.js';
import { speakable } from './speakable.js';

/**
 * Where each written word is in `spoken`, which is `speakable(text)`: characters in the place of ms. Words that are spoken in
 * another order than written ("$5 million") end together.
 */
export function spokenWords(text: string, spoken: string, language: string): Word[] {
  const words = [...text.matchAll(/\S+/gu)];
  const ends: number[] = [];
  for (const { 0: word, index } of words) {
    const before = speakable(text.slice(0, index + word.length), language);
    ends.push(before !== '' && endsWordOf(spoken, before) ? before.length : 0);
  }
  let end = spoken.length;
  for (let at = ends.length - 1; at >= 0; at -= 1) {
    end = at === ends.length - 1 || ends[at] === 0 ? end : Math.min(end, ends[at] ?? end);
    ends[at] = end;
  }
  return words.map(([word], at) => ({ text: word, startMs: ends[at - 1] ?? 0, endMs: ends[at] ?? end }));
}

/** Whether `text` begins with `part`, and no word of it goes on after that. */
const endsWordOf = (text: string, part: string): boolean =>
  text.startsWith(part) && !/^[\p{L}\p{N}]/u.test(text.slice(part.length));
