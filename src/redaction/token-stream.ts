// Puts words in the place of tokens in a text that comes in pieces: a token may be split over any of them.
import { TOKEN } from './vault.js';

/** What may still become a token: an open bracket and what may stand in one. */
const BEGUN = /\[(?:[a-z][a-z0-9]{0,31}(?:_\d{0,4})?)?$/;
/** So much of what went out is remembered, characters. */
const TAIL_CHARS = 80;

export class TokenStream {
  private held = '';
  private tail = '';

  /** `wordsFor` is given a token and what was written right before it; undefined leaves the token as it is. */
  constructor(private readonly wordsFor: (token: string, before: string) => string | undefined) {}

  /** Returns what can be told by now. */
  add(delta: string): string {
    const text = this.held + delta;
    const begun = BEGUN.exec(text);
    this.held = begun?.[0] ?? '';
    return this.out(begun === null ? text : text.slice(0, begun.index));
  }

  /** Nothing more comes: returns the rest. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return this.out(rest);
  }

  private out(text: string): string {
    let out = '';
    let at = 0;
    for (const { 0: token, index } of text.matchAll(TOKEN)) {
      out += text.slice(at, index);
      out += this.wordsFor(token, `${this.tail}${out}`.slice(-TAIL_CHARS)) ?? token;
      at = index + token.length;
    }
    out += text.slice(at);
    this.tail = `${this.tail}${out}`.slice(-TAIL_CHARS);
    return out;
  }
}
