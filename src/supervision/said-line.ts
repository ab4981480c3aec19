// Settled lines of a call: what was said, as a supervisor reads it.
import type { CallPrivacy } from '../calls/privacy.port.js';

/** Longest line that is kept, characters. */
const MAX_TEXT = 4_000;
/** Lines of one call, and characters of them together; of more the oldest go. */
const MAX_LINES = 200;
const MAX_CHARS = 100_000;

export interface SaidLine {
  readonly speaker: 'user' | 'agent' | 'supervisor';
  /** The caller's words; of a reply, what was heard. */
  readonly text: string;
  /** All of a reply that was cut off, where values are hidden: the beginning of one is as secret as the whole. */
  readonly told?: string;
  /** ms since 1970. */
  readonly at: number;
  readonly turnId?: string;
  readonly responseId?: string;
  readonly interrupted?: true;
}

/** The latest lines of one call, as they were said: what may be shown of them is decided when somebody looks. */
export class SaidLines {
  private lines: SaidLine[] = [];
  private chars = 0;
  private shown: { readonly line: SaidLine; readonly text: string } | undefined;

  add(line: SaidLine): void {
    const text = line.text.slice(0, MAX_TEXT);
    if (text === '') return;
    this.lines.push({ ...line, text });
    this.chars += text.length;
    while (this.lines.length > MAX_LINES || this.chars > MAX_CHARS) {
      this.chars -= this.lines.shift()?.text.length ?? 0;
    }
  }

  /** Oldest first, with tokens in the place of what is hidden. */
  all(privacy: CallPrivacy | undefined): readonly SaidLine[] {
    return this.lines.map((line) => ({ ...line, text: shownText(line, privacy) }));
  }

  /** Of the last line at most so many characters; undefined before the first. */
  last(privacy: CallPrivacy | undefined, maxChars: number): string | undefined {
    const line = this.lines.at(-1);
    if (line === undefined) return undefined;
    // It is asked for far more often than it changes.
    if (this.shown?.line !== line) this.shown = { line, text: shownText(line, privacy) };
    return this.shown.text.slice(0, maxChars).toWellFormed();
  }
}

function shownText({ text, told }: SaidLine, privacy: CallPrivacy | undefined): string {
  const redactor = privacy?.redactor;
  if (redactor === undefined) return text;
  return told === undefined ? redactor.redact(text) : redactor.redactHeard(told, text);
}
