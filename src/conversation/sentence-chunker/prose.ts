// Cuts running text: sentences, lines, and for the first piece a clause.
import { isLower, isSpace, isTerminator, isWideTerminator, nextVisible, weight } from './characters.js';
import { clauseEnd, inBrackets, phraseEnd } from './clause-end.js';
import { opensFence } from './fence.js';
import { overdueCut } from './forced-cut.js';
import { linkAround } from './link.js';
import { type ChunkerOptions, type Cursor, NO, type Pending, type Verdict, WAIT } from './pending.js';
import { sentenceEnd } from './sentence-end.js';

/** `first`: nothing is being spoken yet, so a clause will do. */
export function proseCut(pending: Pending, cursor: Cursor, options: ChunkerOptions, first: boolean): Verdict {
  for (; cursor.at < pending.text.length; cursor.at += 1) {
    const { at } = cursor;
    const verdict = at < options.maxChars ? cutAt(pending, at, options, first) : overdueCut(pending, at, options);
    if (verdict !== NO) return verdict;
  }
  return WAIT;
}

function cutAt(pending: Pending, at: number, options: ChunkerOptions, first: boolean): Verdict {
  const { text } = pending;
  const char = text[at] ?? '';
  if (char === '\n') return lineEnd(pending, at, first ? 1 : options.minChars);
  if (isTerminator(char) || isWideTerminator(char)) {
    const end = sentenceEnd(pending, at);
    // A run of closing quotes may reach over the bound: then it is the bound that cuts.
    return end > options.maxChars ? NO : accept(text, end, first ? 1 : options.minChars);
  }
  if (first && at + 1 >= options.firstClauseChars / 2) {
    const end = clauseEnd(pending, at);
    return end > 0 && inBrackets(text, at) ? NO : accept(text, end, options.firstClauseChars);
  }
  // Some scripts mark sentences by spaces alone.
  if (isSpace(char) && at >= options.maxChars / 3) return accept(text, phraseEnd(pending, at), options.minChars);
  return NO;
}

function accept(text: string, end: Verdict, min: number): Verdict {
  if (end <= 0) return end;
  return weight(text.slice(0, end)) >= min && linkAround(text, end) < 0 ? end : NO;
}

/** A line ends a piece unless it is only wrapped: then the next one goes on with a small letter. */
function lineEnd(pending: Pending, at: number, min: number): Verdict {
  const { text } = pending;
  const next = nextVisible(pending, at);
  if (next === undefined) return WAIT;
  if (next === '|') return at + 1;
  if (next === '`' || next === '~') {
    const fence = opensFence(pending, text.indexOf(next, at));
    if (fence === undefined) return WAIT;
    if (fence) return at + 1;
  }
  if (weight(text.slice(0, at).trimEnd()) < min) return NO;
  const wrapped = isLower(next) && !blankBefore(text, at, next);
  return wrapped && !isHeading(text, at) ? NO : at + 1;
}

/** Whether a blank line lies between the newline at `at` and the next visible character. */
const blankBefore = (text: string, at: number, next: string): boolean =>
  text.slice(at + 1, text.indexOf(next, at)).includes('\n');

const isHeading = (text: string, at: number): boolean => text[text.lastIndexOf('\n', at - 1) + 1] === '#';
