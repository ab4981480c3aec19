/** Finds where brackets that were opened are closed again, in a text that comes in pieces. Quotes hide brackets. */
export class Balance {
  private at = 0;
  private depth = 0;
  private quote = '';

  /** Takes all of the text so far. Returns where it is balanced for the first time (behind the last bracket), or -1. */
  end(text: string): number {
    for (; this.at < text.length; this.at += 1) {
      const char = text[this.at] ?? '';
      if (this.quote !== '') {
        if (char === '\\') this.at += 1;
        else if (char === this.quote) this.quote = '';
      } else if (char === '"' || (char === "'" && /[\s([{,:=]/.test(text[this.at - 1] ?? ''))) this.quote = char;
      else if ('([{'.includes(char)) this.depth += 1;
      else if (')]}'.includes(char)) {
        this.depth -= 1;
        if (this.depth === 0) return (this.at += 1);
      }
    }
    return -1;
  }
}
