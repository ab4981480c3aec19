/** What some models write in place of quotation marks. */
export const QUOTE_TOKENS = ['<escape>', '<|"|>'];

/** Finds where brackets that were opened are closed again, in a text that comes in pieces. Quotes hide brackets. */
export class Balance {
  private at = 0;
  private depth = 0;
  private quote = '';
  private closedAt = -1;

  /** Takes all of the text so far. Returns where it is balanced for the first time (behind the last bracket), or -1. */
  end(text: string): number {
    for (; this.closedAt < 0 && this.at < text.length; this.at += 1) {
      const char = text[this.at] ?? '';
      if (char === '<' && (this.quote === '' || this.quote.length > 1)) {
        const token = QUOTE_TOKENS.find((each) => text.startsWith(each, this.at));
        const rest = text.slice(this.at, this.at + 8);
        if (token === undefined && QUOTE_TOKENS.some((each) => each.startsWith(rest))) return -1;
        if (token === undefined || (this.quote !== '' && this.quote !== token)) continue;
        this.quote = this.quote === token ? '' : token;
        this.at += token.length - 1;
      } else if (this.quote.length > 1) continue;
      else if (this.quote !== '') {
        if (char === '\\') this.at += 1;
        else if (char === this.quote) this.quote = '';
      } else if (char === '"' || (char === "'" && /[\s([{,:=]/.test(text[this.at - 1] ?? ''))) this.quote = char;
      else if ('([{'.includes(char)) this.depth += 1;
      else if (')]}'.includes(char)) {
        this.depth -= 1;
        if (this.depth === 0) this.closedAt = this.at + 1;
      }
    }
    return this.closedAt;
  }
}
