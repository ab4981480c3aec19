// Cuts text that has grown too long without ending its sentence.
import type { PieceWords } from '../lexicon/lexicon.js';
import { clauseEnd } from './clause-end.js';
import { isLowSurrogate, isSpace, isTail } from './characters.js';
import { linkAround } from './link.js';
import { type ChunkerOptions, LOOK_AHEAD, NO, type Pending, stretched, type Verdict, WAIT } from './pending.js';

/** Words where the script has no spaces (Chinese, Japanese, Thai), by ICU's dictionaries; never inside a grapheme. */
const byWord = new Intl.Segmenter('und', { granularity: 'word' });
const byGrapheme = new Intl.Segmenter('und', { granularity: 'grapheme' });

const isAsciiVisible = (char: string): boolean => char > ' ' && char <= '~';

/**
 * Called for every character from `maxChars` on. What cannot be cut there (inside a link, or an address without spaces)
 * is held until it can, at most until the stretched length.
 */
export function overdueCut(pending: Pending, at: number, options: ChunkerOptions): Verdict {
  const { text, final } = pending;
  if (at === options.maxChars || at === stretched(options)) {
    if (text.length < at + LOOK_AHEAD && !final) return WAIT;
    const view = text.slice(0, at + LOOK_AHEAD);
    return at === options.maxChars ? forcedCut(view, at, pending.words) : anywhere(view, at);
  }
  const char = text[at] ?? '';
  if (isAsciiVisible(char) || isTail(char) || isLowSurrogate(char)) return NO;
  return linkAround(text, at) < 0 ? at : NO;
}

/** The best place to cut `view` at or before `limit`, or `NO` when it would damage what stands there. */
function forcedCut(view: string, limit: number, words: PieceWords): Verdict {
  const early = Math.ceil(limit / 3);
  const cut = lastClause(view, limit, early, words) || lastSpace(view, limit, early) || lastSpace(view, limit, 1);
  if (cut > 0) return cut;
  const link = linkAround(view, limit);
  if (link >= 0) return link >= early ? link : NO;
  let run = limit;
  while (run > 0 && isAsciiVisible(view[run - 1] ?? '')) run -= 1;
  if (run < limit && isAsciiVisible(view[limit] ?? '')) return run >= early ? run : NO;
  return lastWord(view, limit, early);
}

function lastClause(view: string, limit: number, early: number, words: PieceWords): number {
  const pending: Pending = { text: view, startsLine: false, final: true, words };
  for (let at = limit - 1; at >= early; at -= 1) {
    const cut = clauseEnd(pending, at);
    if (cut > 0 && linkAround(view, cut) < 0) return cut;
  }
  return 0;
}

function lastSpace(view: string, limit: number, early: number): number {
  for (let at = limit; at >= early; at -= 1) {
    if (isSpace(view[at] ?? '') && linkAround(view, at) < 0) return at;
  }
  return 0;
}

function lastWord(view: string, limit: number, early: number): Verdict {
  const word = byWord.segment(view).containing(limit)?.index ?? 0;
  return word >= early ? word : (byGrapheme.segment(view).containing(limit)?.index ?? NO);
}

/** The last resort: at a space, else between graphemes, and in one that is longer than all that, between code points. */
export function anywhere(view: string, limit: number): number {
  for (let at = limit; at > 0; at -= 1) if (isSpace(view[at] ?? '')) return at;
  const grapheme = byGrapheme.segment(view).containing(limit)?.index ?? 0;
  if (grapheme > 0) return grapheme;
  return isLowSurrogate(view[limit] ?? '') ? limit - 1 : limit;
}
