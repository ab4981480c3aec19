import type { LlmRequest } from '../llm.port.js';

const INSTRUCTION =
  'Your answer above was cut off by a technical fault while it was being spoken. Continue it from exactly where it ends. ' +
  'Do not repeat or rephrase any of it, do not greet, do not mention the fault. If it is complete already, write nothing.';

/** The request for the rest of an answer of which `said` is out already. */
export function continuing(request: LlmRequest, said: string): LlmRequest {
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', text: said.trimEnd() }, { role: 'system', text: INSTRUCTION }],
  };
}

const DIGIT_WORDS = new Set('zero oh one two three four five six seven eight nine ten hundred thousand'.split(' '));
/** Where in what was said a repetition may begin, besides its very beginning: within its last so many words. */
const LOOK_BACK = 60;

/** A word without capitals and the marks around it; empty when it has no letter and no digit. */
const bare = (word: string): string => word.toLowerCase().replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

const bareWords = (text: string): string[] =>
  text
    .split(/\s+/u)
    .map(bare)
    .filter((word) => word !== '');

/** "Five zero" after "five zero" may be what was meant: figures and spelled letters are never taken for a repetition. */
const isCounted = (word: string): boolean => word.length < 2 || /\p{N}/u.test(word) || DIGIT_WORDS.has(word);

/** Scripts that put no blank between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** `rest` as it has to read right after `said`: one blank between words, none before a mark. */
export function seamless(said: string, rest: string): string {
  if (said === '' || /\s$/u.test(said)) return rest.trimStart();
  if (rest === '' || /^[\s.,!?;:)\]}…%]/u.test(rest)) return rest;
  return UNSPACED.test(said.slice(-1)) || UNSPACED.test(rest.slice(0, 1)) ? rest : ` ${rest}`;
}

/** `rest` after a text that it does not continue: a sentence that was broken off is seen, and heard, to be. */
export function afresh(said: string, rest: string): string {
  if (/[.!?…。！？]["'”’)\]]*\s*$/u.test(said)) return seamless(said, rest);
  return `${/\s$/u.test(said) ? '' : ' '}… ${rest.trimStart()}`;
}

/**
 * The text of a model that goes on with another's answer, without what it repeats of it. Holds the text back as long as it
 * may be a repetition: of the whole answer, or of its last words.
 */
export class Continuation {
  private readonly words: readonly string[];
  /** Places in `words` at which the repetition may have begun. */
  private starts: number[];
  private matched = 0;
  private buffer = '';
  /** Up to here the buffer has been compared, and up to here it repeats. */
  private compared = 0;
  private repeated = 0;
  private decided = false;

  /** @param join how what is not repeated reads after what was said */
  constructor(
    private readonly said: string,
    private readonly join: typeof seamless = seamless,
  ) {
    this.words = bareWords(said);
    this.starts = [...this.words.keys()].filter((at) => at === 0 || at >= this.words.length - LOOK_BACK);
  }

  /** Takes a piece of text; returns what goes out, perhaps nothing. */
  add(delta: string): string {
    if (this.decided) return delta;
    this.buffer += delta;
    for (const [run] of this.buffer.slice(this.compared).matchAll(/\s*\S+(?=\s)/gu)) this.compare(run);
    const begun = bare(this.buffer.slice(this.compared));
    const mayRepeat = this.starts.some((start) => this.words[start + this.matched]?.startsWith(begun));
    // What comes next decides how the two are joined.
    const isBlank = this.buffer.slice(this.repeated).trim() === '';
    return mayRepeat || isBlank ? '' : this.decide();
  }

  /** No more text: what was held back, without the repetition. */
  end(): string {
    if (this.decided) return '';
    if (this.compared < this.buffer.length) this.compare(this.buffer.slice(this.compared));
    return this.decide();
  }

  private compare(run: string): void {
    this.compared += run.length;
    const word = bare(run);
    if (word === '') return;
    const { words } = this;
    this.starts = this.starts.filter((start) => words[start + this.matched] === word);
    this.matched += 1;
    const complete = this.starts.find((start) => start + this.matched === words.length);
    if (complete === undefined) return;
    this.starts = this.starts.filter((start) => start !== complete);
    if (!words.slice(complete).every(isCounted)) this.repeated = this.compared;
  }

  private decide(): string {
    this.decided = true;
    const rest = this.buffer.slice(this.repeated);
    this.buffer = '';
    if (rest.trim() === '') return '';
    return this.repeated > 0 ? seamless(this.said, rest) : this.join(this.said, rest);
  }
}
