// Where clauses end: good enough for the first piece of a reply, which should be heard soon, and for text without end.
import { isClauseEnd, isDigit, isPhraseSpaced, isSpace, isTail, isWideClauseEnd, nextVisible } from './characters.js';
import { wordBefore } from './abbreviations.js';
import { NO, type Pending, type Verdict, WAIT } from './pending.js';

/** The end of the clause whose mark is at `at`. */
export function clauseEnd(pending: Pending, at: number): Verdict {
  const { text, final } = pending;
  const mark = text[at] ?? '';
  const after = text[at + 1];
  if (!isClauseEnd(mark) && !isWideClauseEnd(mark)) return phraseEnd(pending, at);
  if (after === undefined) return final ? NO : WAIT;
  if (isWideClauseEnd(mark) || mark === '—') return isTail(after) ? NO : at + 1;
  if (!isSpace(after)) return NO;
  // A voice that stops after such a word sounds as if it had lost the thread.
  if (pending.words.leadIns.has(wordBefore(text, at).toLowerCase())) return NO;
  if (mark !== ',' || !isDigit(text[at - 1] ?? '')) return at + 1;
  // "March 5, 2026", "5001, 5002"
  const next = nextVisible(pending, at + 1);
  if (next === undefined) return WAIT;
  return isDigit(next) ? NO : at + 1;
}

/** Thai and its neighbours end phrases with a space. */
export function phraseEnd(pending: Pending, at: number): Verdict {
  const { text } = pending;
  if (!isSpace(text[at] ?? '') || !isPhraseSpaced(text[at - 1] ?? '')) return NO;
  const next = nextVisible(pending, at);
  if (next === undefined) return WAIT;
  return isPhraseSpaced(next) ? at : NO;
}

/** Whether `at` lies in brackets that are still open: no place to stop for breath. */
export function inBrackets(text: string, at: number): boolean {
  return text.lastIndexOf('(', at) > text.lastIndexOf(')', at);
}
