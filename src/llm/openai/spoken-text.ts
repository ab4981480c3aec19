// Models that think aloud (Qwen, DeepSeek and others) put their thoughts between tags in front of the answer. Servers that
// know the model take them out (`reasoning_content`); through those that do not, a caller would hear them.

const OPEN = '<think>';
const CLOSE = '</think>';

/** The text of one answer without the thoughts in front of it. */
export class SpokenText {
  private state: 'undecided' | 'thinking' | 'drawing breath' | 'speaking' = 'undecided';
  private held = '';

  /** Takes a piece of text; returns what of it is to be said, perhaps nothing. */
  add(delta: string): string {
    if (this.state === 'speaking') return delta;
    if (this.state === 'drawing breath') return this.begin(delta);
    this.held += delta;
    if (this.state === 'undecided') {
      const begun = this.held.trimStart();
      if (begun.length < OPEN.length && OPEN.startsWith(begun)) return '';
      this.state = begun.startsWith(OPEN) ? 'thinking' : 'speaking';
    }
    return this.state === 'thinking' ? this.skip() : this.speak(this.held);
  }

  /** No more text: what looked like the beginning of a tag was none. Thoughts that never ended are not said. */
  end(): string {
    return this.state === 'undecided' ? this.speak(this.held) : '';
  }

  private skip(): string {
    const at = this.held.indexOf(CLOSE);
    if (at >= 0) return this.begin(this.held.slice(at + CLOSE.length));
    // Only the beginning of the closing tag has to be kept: thoughts can be long.
    this.held = this.held.slice(1 - CLOSE.length);
    return '';
  }

  /** What stands between the thoughts and the first word is not said either. */
  private begin(text: string): string {
    this.state = 'drawing breath';
    this.held = '';
    const words = text.trimStart();
    return words === '' ? '' : this.speak(words);
  }

  private speak(text: string): string {
    this.state = 'speaking';
    this.held = '';
    return text;
  }
}
