// A model that is asked to go on after its own words may say some of them again. What it repeats is left out.

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

export class Repetition {
  private readonly before: readonly string[];
  /** Where in the words before a repetition may have begun, that still fits: the beginnings of their sentences. */
  private starts: number[];
  /** What has come and may be a repetition. */
  private held = '';
  private over = false;

  /** `before`: what was said until now. */
  constructor(before: string) {
    const words = before.match(/\S+/gu) ?? [];
    this.before = words.map(plain);
    this.starts = words.flatMap((_, n) => (n === 0 || /[.!?:。！？]["'”’)]*$/u.test(words[n - 1] ?? '') ? [n] : []));
  }

  /** Takes the next text; returns what of it, and of what was held back before it, is new. */
  take(delta: string): string {
    if (this.over) return delta;
    this.held += delta;
    // The last word may not be complete.
    return this.judge([...this.held.matchAll(/\S+(?=\s)/gu)], false);
  }

  /** No more comes. Returns what was held back and is new. */
  end(): string {
    return this.over ? '' : this.judge([...this.held.matchAll(/\S+/gu)], true);
  }

  private judge(words: readonly RegExpExecArray[], last: boolean): string {
    const said = words.map(([word]) => plain(word));
    const { before } = this;
    this.starts = this.starts.filter((start) => said.every((word, n) => (before[start + n] ?? word) === word));
    const repeated = this.starts.find((start) => said.length >= before.length - start);
    if (repeated === undefined && this.starts.length > 0 && !last) return '';
    this.over = true;
    if (repeated === undefined) return this.starts.length > 0 ? '' : this.held;
    const end = words[before.length - repeated - 1];
    return end === undefined ? this.held : this.held.slice(end.index + end[0].length).trimStart();
  }
}
