// What the rules that look for a cut agree on: the text they see and the answers they give.
import type { PieceWords } from '../lexicon/lexicon.js';

/** The text that waits for its cut. It begins with a visible character. */
export interface Pending {
  readonly text: string;
  /** Whether it begins a line; only there are list numbers, tables and fences what they look like. */
  readonly startsLine: boolean;
  /** No more text will come: what a rule would wait for is not there. */
  readonly final: boolean;
  readonly words: PieceWords;
}

/** Where a rule has got to, so that every character is looked at once however the text arrives. */
export interface Cursor {
  at: number;
}

export interface ChunkerOptions {
  /** Longest piece, characters: text that never ends its sentence is cut at a clause, else at a space. */
  readonly maxChars: number;
  /** Shortest first piece that may end at a comma instead of a sentence end, characters (a wide one counts twice). */
  readonly firstClauseChars: number;
  /**
   * A sentence shorter than this is spoken together with the next one, characters (a wide one counts twice). Not
   * applied to the first piece.
   */
  readonly minChars: number;
}

/** Length of the piece to cut off, or one of the two below. */
export type Verdict = number;
/** No cut here. */
export const NO: Verdict = 0;
/** The characters that have not come yet decide. */
export const WAIT: Verdict = -1;

/**
 * How many characters past a place a rule may look. A rule sees the same characters whether they came in one delta or in
 * many, so the pieces do not depend on the deltas; and it never waits for more than these.
 */
export const LOOK_AHEAD = 16;

/** What must not be cut (a link, an address without spaces, the head of a table) may make a piece so many times longer. */
const STRETCH = 4;

export const stretched = (options: ChunkerOptions): number => options.maxChars * STRETCH;
