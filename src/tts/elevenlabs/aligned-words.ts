import type { Word } from '../../stt/stt.port.js';

/** When the characters of a part of the text are spoken. */
export interface Alignment {
  readonly characters: readonly string[];
  readonly startSeconds: readonly number[];
  readonly endSeconds: readonly number[];
}

/** How much earlier than the end of the part before a part may seem to begin, ms. */
const OVERLAP_MS = 50;

/** Puts a segment's words together from the times of its characters, which come part by part. */
export class AlignedWords {
  private readonly words: { text: string; startMs: number; endMs: number }[] = [];
  private isInWord = false;
  private endMs = 0;
  private count = 0;

  /** Characters whose times have come. */
  get characters(): number {
    return this.count;
  }

  /**
   * Takes the times of the next characters; returns all words so far. Whether a part's times count from the segment's first
   * sample or from the part's is not documented: times that begin before the part ahead of it ended count from the part.
   *
   * @param audioMs audio of the segment before this part, ms
   */
  add(alignment: Alignment, audioMs: number): readonly Word[] {
    const { characters, startSeconds: starts, endSeconds: ends } = alignment;
    this.count += characters.length;
    const shift = (starts[0] ?? 0) * 1000 < this.endMs - OVERLAP_MS ? audioMs : 0;
    for (const [at, character] of characters.entries()) {
      const startMs = (starts[at] ?? 0) * 1000 + shift;
      const endMs = (ends[at] ?? 0) * 1000 + shift;
      this.character(character, startMs, endMs);
      this.endMs = Math.max(this.endMs, endMs);
    }
    return this.words.map((word) => ({ ...word }));
  }

  private character(character: string, startMs: number, endMs: number): void {
    if (character.trim() === '') {
      this.isInWord = false;
      return;
    }
    const word = this.words.at(-1);
    if (this.isInWord && word !== undefined) {
      word.text += character;
      word.endMs = endMs;
    } else this.words.push({ text: character, startMs, endMs });
    this.isInWord = true;
  }
}
