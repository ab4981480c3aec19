// Cuts a stream of text into pieces that a voice can speak: sentences, and for the first piece a clause, so that the
// voice starts sooner. Pure: add, flush. The rules are in the folder beside this file, one kind of cut in each.
import { everyPieceWords } from './lexicon/lexicon-for.js';
import type { PieceWords } from './lexicon/lexicon.js';
import { fenceCut, opensFence } from './sentence-chunker/fence.js';
import { type ChunkerOptions, type Cursor, NO, type Pending, type Verdict, WAIT } from './sentence-chunker/pending.js';
import { proseCut } from './sentence-chunker/prose.js';
import { tableCut } from './sentence-chunker/table.js';

export type { ChunkerOptions } from './sentence-chunker/pending.js';

export const defaultChunkerOptions: ChunkerOptions = { maxChars: 220, firstClauseChars: 24, minChars: 12 };

type Block = 'prose' | 'table' | 'fence';

/**
 * The pieces depend on the text alone, not on how it is split into deltas: a rule that needs to see what follows waits
 * for it, and never looks further than 32 characters. Joined, the pieces are the text but for white space at their ends.
 * A piece is at most `maxChars` long; four times that when it is a link, an address without spaces or the head of a
 * table that cannot be cut; 8000 when it is a code fence, which no voice speaks.
 */
export class SentenceChunker {
  /** What is not cut off yet. Begins with a visible character. */
  private text = '';
  private startsLine = true;
  private block: Block | undefined;
  private readonly cursor: Cursor = { at: 0 };
  private first = true;

  /** `words` are those of the language that the text is in; where it is not known, those of every language. */
  constructor(
    private readonly options: ChunkerOptions = defaultChunkerOptions,
    private readonly words: PieceWords = everyPieceWords,
  ) {}

  /** Takes a delta; returns the pieces that are complete now, trimmed and never empty. */
  add(delta: string): string[] {
    this.text = this.text === '' ? this.withoutIndent(delta) : this.text + delta;
    return this.cutAll(false);
  }

  /** What is left, as the last pieces. The chunker then begins anew: its next piece is a first one again. */
  flush(): string[] {
    const pieces = this.cutAll(true);
    if (this.text !== '') pieces.push(this.take(this.text.length));
    this.first = true;
    this.startsLine = true;
    return pieces;
  }

  private cutAll(final: boolean): string[] {
    const pieces: string[] = [];
    while (this.text !== '') {
      const cut = this.nextCut({ text: this.text, startsLine: this.startsLine, final, words: this.words });
      if (cut <= 0) break;
      pieces.push(this.take(cut));
    }
    return pieces;
  }

  private nextCut(pending: Pending): Verdict {
    this.block ??= blockOf(pending);
    if (this.block === 'fence') {
      const cut = fenceCut(pending, this.cursor);
      if (cut !== NO) return cut;
      this.block = 'prose';
      this.cursor.at = 0;
    }
    if (this.block === 'table') return tableCut(pending, this.cursor, this.options);
    if (this.block === 'prose') return proseCut(pending, this.cursor, this.options, this.first);
    return WAIT;
  }

  private take(length: number): string {
    const taken = this.text.slice(0, length);
    this.startsLine = taken.endsWith('\n');
    this.text = this.withoutIndent(this.text.slice(length));
    this.block = undefined;
    this.cursor.at = 0;
    const piece = taken.trim();
    if (/[\p{L}\p{N}]/u.test(piece)) this.first = false;
    return piece;
  }

  /** Drops the space before a piece, but remembers whether it held the beginning of a line. */
  private withoutIndent(text: string): string {
    const visible = text.trimStart();
    if (text.slice(0, text.length - visible.length).includes('\n')) this.startsLine = true;
    return visible;
  }
}

/** What the text begins with; undefined when it is too early to say. */
function blockOf(pending: Pending): Block | undefined {
  if (!pending.startsLine) return 'prose';
  const fence = opensFence(pending, 0);
  if (fence === undefined) return undefined;
  if (fence) return 'fence';
  return pending.text.startsWith('|') ? 'table' : 'prose';
}
