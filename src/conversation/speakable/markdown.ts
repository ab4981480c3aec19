// Markdown blocks as running text: headings, lists, quotes and tables become sentences; code fences are left out.
import { withoutMarkup } from './inline.js';
import { isDelimiterRow, isRow, tableSentences } from './table.js';

const FENCE = /^\s{0,20}(`{3,80}|~{3,80})([^\n]*)$/u;
const QUOTE = /^\s{0,20}(?:>\s?){1,10}/u;
const HEADING = /^\s{0,20}#{1,6}(?:\s|$)/u;
const BULLET = /^\s{0,40}[-*+•‣◦●○▪■–]\s{1,20}(?:\[[ xX]\]\s)?/u;
const NUMBERED = /^\s{0,40}(\d{1,3})[.)]\s/u;
const RULE = /^(?:-{2,}|\*{3,}|_{3,}|={2,})$/u;

interface Line {
  /** Without markup; '' for what nobody speaks. */
  readonly text: string;
  /** It stands for itself: the next line is not its continuation. */
  readonly alone: boolean;
}

const NOTHING: Line = { text: '', alone: true };

/** The text without its markup, in one line, with a full stop where only a line break ended a sentence. */
export function withoutMarkdown(text: string): string {
  const said: string[] = [];
  let previous = NOTHING;
  let end = '';
  for (const line of linesOf(text.split('\n'))) {
    if (line.text !== '') {
      if (said.length > 0) said.push(pause(end, previous, line));
      said.push(line.text);
      end = line.text.slice(-2);
    }
    previous = line;
  }
  return said.join('');
}

function linesOf(raw: readonly string[]): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < raw.length; at += 1) {
    const line = raw[at] ?? '';
    const fence = fenceMark(line);
    if (fence !== undefined) {
      at = endOfFence(raw, at, fence);
      lines.push(NOTHING);
    } else if (isRow(line) || (line.includes('|') && isDelimiterRow(raw[at + 1] ?? ''))) {
      const start = at;
      while ((raw[at + 1] ?? '').includes('|')) at += 1;
      for (const row of tableSentences(raw.slice(start, at + 1))) lines.push({ text: withoutMarkup(row), alone: true });
    } else {
      lines.push(lineOf(line));
    }
  }
  return lines;
}

function fenceMark(line: string): string | undefined {
  const [, mark, info = ''] = FENCE.exec(line) ?? [];
  // CommonMark 4.5: with a backtick behind it, it is a code span.
  return mark?.startsWith('`') === true && info.includes('`') ? undefined : mark;
}

/** Index of the closing line, or of the last one when the fence does not end in this piece. */
function endOfFence(raw: readonly string[], opening: number, mark: string): number {
  for (let at = opening + 1; at < raw.length; at += 1) {
    const line = (raw[at] ?? '').trim();
    if (line.startsWith(mark) && line === mark.charAt(0).repeat(line.length)) return at;
  }
  return raw.length - 1;
}

function lineOf(raw: string): Line {
  const line = raw.replace(QUOTE, '');
  if (line.trim() === '' || RULE.test(line.replaceAll(' ', ''))) return NOTHING;
  if (HEADING.test(line)) {
    return { text: withoutMarkup(line.replace(HEADING, '').replace(/ #{1,6} ?$/u, '')).trim(), alone: true };
  }
  const item = line.replace(BULLET, '').replace(NUMBERED, '$1. ');
  return { text: withoutMarkup(item).trim(), alone: item !== line };
}

/** What stands between two lines; `end` is how the first one ends. */
function pause(end: string, previous: Line, next: Line): string {
  // A small letter goes on with a sentence whose line was only wrapped.
  if (!previous.alone && !next.alone && /^\p{Ll}/u.test(next.text)) return ' ';
  if (/[.!?:;,。！？：；，、।]["')]?$/u.test(end)) return ' ';
  return /[\u2e80-\ua4cf\uff00-\uff60]$/u.test(end) ? '。' : '. ';
}
