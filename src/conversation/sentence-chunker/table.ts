// Markdown tables are cut between their rows.
import { isSpace, nextVisible, weight } from './characters.js';
import { anywhere } from './forced-cut.js';
import {
  type ChunkerOptions,
  type Cursor,
  LOOK_AHEAD,
  NO,
  type Pending,
  stretched,
  type Verdict,
  WAIT,
} from './pending.js';

const DELIMITER = /^\s*\|\s*(?::-|-[-:|\s])/u;
const DELIMITER_SO_FAR = /^\s*(?:\|\s*:?-?)?$/u;

/**
 * The head of a table stays with its first row, so that the voice can say what the cells are; each further row is a
 * piece of its own, so that the first is heard while the rest is being written.
 */
export function tableCut(pending: Pending, cursor: Cursor, options: ChunkerOptions): Verdict {
  const { text, final } = pending;
  for (; cursor.at < text.length; cursor.at += 1) {
    const { at } = cursor;
    if (at >= stretched(options)) {
      if (text.length < at + LOOK_AHEAD && !final) return WAIT;
      return anywhere(text.slice(0, at + LOOK_AHEAD), at);
    }
    if (text[at] !== '\n') continue;
    const verdict = rowEnd(pending, at, options);
    if (verdict !== NO) return verdict;
  }
  return WAIT;
}

function rowEnd(pending: Pending, newline: number, options: ChunkerOptions): Verdict {
  const { text } = pending;
  const next = nextVisible(pending, newline);
  if (next === undefined) return WAIT;
  if (next !== '|' || blankLineFollows(text, newline)) return newline + 1;
  if (weight(text.slice(0, newline)) < options.minChars) return NO;

  const first = text.indexOf('\n');
  if (newline === first) {
    const head = delimiterFollows(pending, newline);
    if (head === undefined) return WAIT;
    return head ? NO : newline + 1;
  }
  const isHead = text.lastIndexOf('\n', newline - 1) === first && delimiterFollows(pending, first) === true;
  return isHead ? NO : newline + 1;
}

/** Whether the next line begins like `|---|` or `| :-: |`; undefined when it is too early to say. */
function delimiterFollows({ text, final }: Pending, newline: number): boolean | undefined {
  const start = text.slice(newline, newline + 2 * LOOK_AHEAD);
  if (DELIMITER.test(start)) return true;
  return !final && start.length < 2 * LOOK_AHEAD && DELIMITER_SO_FAR.test(start) ? undefined : false;
}

function blankLineFollows(text: string, newline: number): boolean {
  let at = newline + 1;
  while (text[at] !== '\n' && isSpace(text[at] ?? '')) at += 1;
  return text[at] === '\n';
}
