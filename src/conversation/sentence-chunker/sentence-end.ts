// Where sentences end.
import { asksForNext, goesOn, neverLast, wordBefore } from './abbreviations.js';
import { isLower, isSpace, isTail, isTerminator, isWideTerminator, nextVisible } from './characters.js';
import { LOOK_AHEAD, NO, type Pending, type Verdict, WAIT } from './pending.js';

/** The number or letter of a list item, after the item's own marks: "2", "- 2", "**2", "a". */
const LIST_NUMBER = /^[\s>*_-]*(?:\d{1,3}|[a-z]|[ivx]{1,4})$/iu;

/** A mark that closes a quotation or a bracket, which may stand inside a sentence. */
const QUOTE_CLOSED = /["'”’)\]»›」』】）》]/u;

/** The end of the sentence whose terminator is at `at`, behind the quotes and brackets that it closes. */
export function sentenceEnd(pending: Pending, at: number): Verdict {
  const { text, final } = pending;
  let end = at + 1;
  while (end - at <= LOOK_AHEAD && isPartOfEnd(text[end] ?? '')) end += 1;
  if (end - at > LOOK_AHEAD) return NO;
  if (end >= text.length) return final ? end : WAIT;
  if (isWideTerminator(text[at] ?? '')) return end;
  if (!isSpace(text[end] ?? '')) return NO;

  let start = at;
  while (at - start < LOOK_AHEAD && isTerminator(text[start - 1] ?? '')) start -= 1;
  const mark = text.slice(start, end);
  if (mark !== '.') return afterRun(pending, mark, end);
  return isListNumber(pending, at) ? NO : afterPeriod(pending, wordBefore(text, at), end);
}

const isPartOfEnd = (char: string): boolean => isTerminator(char) || isWideTerminator(char) || isTail(char);

function isListNumber({ text, startsLine }: Pending, at: number): boolean {
  const newline = text.lastIndexOf('\n', at);
  return (newline >= 0 || startsLine) && at - newline < 12 && LIST_NUMBER.test(text.slice(newline + 1, at));
}

/** After "...", "?!", '."' and the like the sentence goes on when a small letter follows: '"Really?" she said.' */
function afterRun(pending: Pending, mark: string, end: number): Verdict {
  const trailing = mark.includes('…') || mark.includes('..') || QUOTE_CLOSED.test(mark);
  if (!trailing) return end;
  const next = nextVisible(pending, end);
  if (next === undefined) return WAIT;
  return isLower(next) ? NO : end;
}

function afterPeriod(pending: Pending, word: string, end: number): Verdict {
  const { abbreviations } = pending.words;
  if (neverLast(word, abbreviations)) return NO;
  if (!asksForNext(word, abbreviations)) return end;
  const next = nextWord(pending, end);
  if (next === undefined) return WAIT;
  return goesOn(word, next, abbreviations) ? NO : end;
}

/** Up to three letters of the next word: enough to know a month. */
function nextWord(pending: Pending, from: number): string | undefined {
  const first = nextVisible(pending, from);
  if (first === undefined || first === '') return first;
  const start = pending.text.indexOf(first, from);
  const word = pending.text.slice(start, start + 3);
  return word.length < 3 && !pending.final ? undefined : word;
}
