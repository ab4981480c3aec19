/** Puts together characters that were cut in two between deltas; a half that stays alone is replaced. */
export class WholeCharacters {
  private half = '';

  add(delta: string): string {
    const text = this.half + delta;
    const isCut = /[\uD800-\uDBFF]$/.test(text);
    this.half = isCut ? text.slice(-1) : '';
    return (isCut ? text.slice(0, -1) : text).toWellFormed();
  }

  end(): string {
    const text = this.half.toWellFormed();
    this.half = '';
    return text;
  }
}
