// Code fences: nobody speaks them, so each is one piece.
import { type Cursor, NO, type Pending, type Verdict, WAIT } from './pending.js';

/** Longest code fence in one piece, characters. A voice skips the piece, so its length costs the caller nothing. */
export const LONGEST_FENCE = 8000;

const OPENING = /^(?:`{3,80}|~{3,80})/u;

/** Whether a code fence opens at `at`, the first visible character of a line; undefined when it is too early to say. */
export function opensFence({ text, final }: Pending, at: number): boolean | undefined {
  const mark = text[at] ?? '';
  if (mark !== '`' && mark !== '~') return false;
  for (let i = at + 1; i < at + 3; i += 1) {
    const char = text[i];
    if (char === undefined && !final) return undefined;
    if (char !== mark) return false;
  }
  return true;
}

/** Cuts behind the line that closes the fence with which the text begins; `NO` when it turns out to be inline code. */
export function fenceCut({ text }: Pending, cursor: Cursor): Verdict {
  const opening = OPENING.exec(text)?.[0] ?? '';
  for (; cursor.at < text.length; cursor.at += 1) {
    const { at } = cursor;
    if (at >= LONGEST_FENCE) return LONGEST_FENCE;
    if (text[at] === '`') {
      // CommonMark 4.5: the info string of a backtick fence has no backtick, or this is a code span.
      if (opening[0] === '`' && at > opening.length && !text.slice(0, at).includes('\n')) return NO;
    } else if (text[at] === '\n') {
      const line = text.lastIndexOf('\n', at - 1) + 1;
      if (line > 0 && closes(opening, text.slice(line, at).trim())) return at + 1;
    }
  }
  return WAIT;
}

const closes = (opening: string, line: string): boolean =>
  line.startsWith(opening) && line.length <= 80 && line === (opening[0] ?? '').repeat(line.length);
