import type { Word } from '../../stt/stt.port.js';
import { restOf, spokenWords } from './rest-of-text.js';

const shifted = (words: readonly Word[], ms: number): Word[] =>
  words.map((word) => Object.assign({}, word, { startMs: word.startMs + ms, endMs: word.endMs + ms }));

/** How far one segment has come, whoever has spoken what of it. */
export class SegmentProgress {
  /** Audio of the current voice, and of those before it, ms. */
  private ms = 0;
  private beforeMs = 0;
  private words: readonly Word[] = [];
  /** Words of the voices before, on the segment's clock; undefined when they did not tell. */
  private before: readonly Word[] | undefined = [];
  private told = false;

  /** @param text what is left for the current voice to say */
  constructor(public text: string) {}

  /** Audio of the segment so far, ms. */
  get deliveredMs(): number {
    return this.beforeMs + this.ms;
  }

  /** Audio of the current voice, ms. */
  get voiceMs(): number {
    return this.ms;
  }

  audio(ms: number): void {
    this.ms += ms;
  }

  /**
   * Takes the current voice's timings; returns those of the segment. Undefined when an earlier voice gave none: half of the
   * words would be worse than none.
   */
  timings(words: readonly Word[]): readonly Word[] | undefined {
    this.words = words;
    if (this.before === undefined) return undefined;
    this.told = true;
    return this.beforeMs === 0 ? words : [...this.before, ...shifted(words, this.beforeMs)];
  }

  /**
   * The current voice is gone: what is left becomes the text for the next. Returns whether timings that were told are void,
   * because what follows is spoken by another voice.
   */
  cut(charsPerMs: number): boolean {
    const { ms, words, told, before } = this;
    if (ms === 0) return false;
    const delivered = { ms, words, charsPerMs };
    const rest = restOf(this.text, delivered);
    this.text = rest.text;
    this.before =
      before !== undefined && rest.timed ? [...before, ...shifted(spokenWords(delivered), this.beforeMs)] : undefined;
    this.beforeMs += ms;
    this.ms = 0;
    this.words = [];
    this.told = false;
    return told && (rest.text !== '' || !rest.timed);
  }
}
