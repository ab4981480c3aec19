/** A run of letters without a blank is let go at this length: a language that has none, or a link. */
const LONGEST_RUN = 40;
/** What cannot be the middle of a word: the end of a sentence or a clause, a closing bracket or quote. */
const CLOSES = /[.!?…,;:)\]}"”»。！？、，；：]$/u;
/** 12. may become 12.50, and 1, may become 1,000. */
const OPEN_NUMBER = /\p{N}[.,:]$/u;

/**
 * Lets text through up to its last whole word, so that whoever takes over can begin with a word: text that is out cannot be
 * taken back, and nobody else can tell whether `for` was to become `forty`. Costs no time before a sentence is spoken: a
 * mark that ends a sentence or a clause lets everything go.
 */
export class WholeWords {
  private held = '';

  /** Takes a piece of text; returns what may go out, perhaps nothing. */
  add(delta: string): string {
    const text = this.held + delta;
    const run = /\S*$/u.exec(text)?.[0] ?? '';
    const isWhole = run === '' || run.length > LONGEST_RUN || (CLOSES.test(run) && !OPEN_NUMBER.test(run));
    const out = isWhole ? text : text.slice(0, text.length - run.length);
    // Blanks alone are no answer yet.
    this.held = out.trim() === '' ? text : text.slice(out.length);
    return out.trim() === '' ? '' : out;
  }

  /** No more text: what was held back. */
  flush(): string {
    const { held } = this;
    this.held = '';
    return held;
  }
}
