import type { SttEvent, Word } from '../stt.port.js';
import type { WireWord } from './wire.schema.js';

/** A stretch of recognised text, in the port's units. */
export interface Piece {
  /** Not blank. */
  readonly text: string;
  /** Empty when the provider gave no times. */
  readonly words: readonly Word[];
  /** 0 to 1. */
  readonly confidence: number;
  /** Where the piece's words start and end, ms of audio since the start of the stream. */
  readonly startMs: number;
  readonly endMs: number;
}

export const toMs = (seconds: number): number => Math.max(0, Math.round(seconds * 1000));

const toShare = (confidence: number): number => Math.min(1, Math.max(0, confidence));

/** Words as a person would write them: Flux' words are formatted already, Nova's formatted form is a second field. */
export const written = (word: WireWord): string => word.punctuated_word ?? word.word;

export const textOf = (words: readonly WireWord[]): string => words.map(written).join(' ');

function toWords(words: readonly WireWord[]): Word[] {
  const mapped: Word[] = [];
  for (const word of words) {
    if (word.start === undefined || word.end === undefined) return [];
    const startMs = toMs(word.start);
    mapped.push({
      text: written(word),
      startMs,
      endMs: Math.max(startMs, toMs(word.end)),
      ...(word.confidence === undefined ? {} : { confidence: toShare(word.confidence) }),
    });
  }
  return mapped;
}

/** @param confidence of the whole piece; the mean of its words' when the provider gives none. */
export function toPiece(
  text: string,
  wireWords: readonly WireWord[],
  window: { readonly startMs: number; readonly endMs: number },
  confidence?: number,
): Piece {
  const words = toWords(wireWords);
  const rated = wireWords.map((word) => word.confidence).filter((value) => value !== undefined);
  const mean = rated.length === 0 ? 0 : rated.reduce((sum, value) => sum + value, 0) / rated.length;
  return {
    text,
    words,
    confidence: toShare(confidence ?? mean),
    startMs: words[0]?.startMs ?? window.startMs,
    endMs: words.at(-1)?.endMs ?? window.endMs,
  };
}

export const finalEvent = (piece: Piece): SttEvent => ({
  type: 'transcript.final',
  text: piece.text,
  words: piece.words,
  confidence: piece.confidence,
  audioMs: piece.endMs,
});
