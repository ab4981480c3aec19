// What the turn machine tells from a turn's words: whether they only accompany the agent, and whether they sound finished.
import { wordsOf } from '../words.js';
import type { DanglingWords, Lexicon, NumberWords } from './lexicon.js';
import { endsIn, phraseLength, type Phrases } from './word-lists.js';

/** Longest backchannel, words. */
const MAX_BACKCHANNEL = 4;

/** Whether the words only show that the caller is listening ("uh-huh", "okay", "I see"). */
export function isBackchannel(text: string, { listening }: Lexicon): boolean {
  const words = wordsOf(text.replaceAll('-', ' '));
  if (words.length === 0 || words.length > MAX_BACKCHANNEL) return false;
  for (let at = 0; at < words.length;) {
    const taken =
      phraseLength(listening.backchannelPhrases, words, at) || Number(listening.backchannels.has(words[at] ?? ''));
    if (taken === 0) return false;
    at += taken;
  }
  return true;
}

/** Longest call for an answer, words. */
const MAX_CALLING = 8;

/** Whether the words only ask whether anybody is there ("hello? are you there, Julia?"). */
export function isCalling(text: string, { listening, names }: Lexicon): boolean {
  const words = wordsOf(text);
  if (words.length > MAX_CALLING) return false;
  let found = false;
  for (let at = 0; at < words.length;) {
    const taken = phraseLength(listening.callingPhrases, words, at);
    if (taken === 0 && !names.has(words[at] ?? '')) return false;
    found ||= taken > 0;
    at += Math.max(1, taken);
  }
  return found;
}

/** How much may be told of a language's sentences when none of its words are known. */
const UNKNOWN = 0.6;

/** Beyond this much of a turn nothing says how it ends, characters. */
const LATEST = 400;
const SENTENCE_END = /[.!?…](?=\s)/gu;

/**
 * How finished a turn's words sound, 0 (surely goes on) to 1 (complete). A rule of thumb: dangling words and a number that
 * is still being dictated ("five zero") ask for patience, unless the sentence they stand in may end so ("turn it on").
 */
export function completeness(text: string, lexicon: Lexicon): number {
  const words = wordsOf(text.slice(-LATEST));
  const last = words.at(-1);
  if (last === undefined) return 0;
  if (/[?？؟]["'”’)]*\s*$/u.test(text.slice(-10))) return 1;
  const { dangling, dictation, numbers, signs } = lexicon;
  if (dangling !== undefined && dangles(lastSentence(text), dangling)) return 0;
  if (dictation.after.includes(last)) return 0;
  if (isHalfNumber(words, lexicon) || /[,;:]\s*$/u.test(text.slice(-10))) return 0.3;
  if (dangling === undefined) return UNKNOWN;
  // An address that is being spelled, or that has no end yet.
  if (/^\p{L}$/u.test(last)) return 0.3;
  const isHost = signs['@']?.includes(words.at(-2) ?? '') === true && !numbers.words.has(last);
  return isHost ? 0.5 : 1;
}

const lastSentence = (text: string): string[] => wordsOf(text.slice(-LATEST).split(SENTENCE_END).at(-1) ?? '');

function dangles(sentence: readonly string[], { never, seldom, ends, whole, begun }: DanglingWords): boolean {
  const last = sentence.at(-1) ?? '';
  if (isAll(begun, sentence)) return true;
  if (!never.has(last) && !seldom.has(last)) return false;
  return !isAll(whole, sentence) && !endsIn(ends, sentence);
}

const isAll = (list: Phrases, sentence: readonly string[]): boolean =>
  phraseLength(list, sentence, 0) === sentence.length;

/**
 * Whether the words end in fewer digits than a number has. Several digits in a row are dictated; a single one, or a
 * numeral, only where the agent says that a number follows: "a table for three" is complete.
 */
function isHalfNumber(words: readonly string[], { numbers, dictation }: Lexicon): boolean {
  let at = words.length;
  let digits = 0;
  while (at > 0) {
    const more = digitsIn(words[at - 1] ?? '', numbers);
    if (more === 0) break;
    digits += more;
    at -= 1;
  }
  if (digits === 0 || digits >= dictation.digits) return false;
  const said = words.slice(at);
  const isDictated = said.length > 1 && !said.some(isNumeral);
  return isDictated || dictation.after.includes(words[at - 1] ?? '');
}

const isNumeral = (word: string): boolean => /^\d+$/u.test(word);

/** "five" is one, "double" one more than what it doubles, "50" two. */
function digitsIn(word: string, { digits, repeats }: NumberWords): number {
  if (isNumeral(word)) return word.length;
  if (Object.hasOwn(digits, word)) return 1;
  return Object.hasOwn(repeats, word) ? (repeats[word] ?? 1) - 1 : 0;
}
