import { readFileSync } from 'node:fs';
import { create } from 'fontkitten';

/** Baseline to the top of the highest letter, and to the bottom of the lowest: shares of the size, of DejaVu Sans. */
export const ASCENT = 0.93;
export const DESCENT = 0.24;
/** From one baseline to the next, as a share of the size. */
export const LINE_HEIGHT = 1.3;

/** A letter that the font lacks is drawn by another one: as wide as an emoji, the widest, is in most. */
const FOREIGN_WIDTH = 1.3;

/** How wide text is when it is drawn. */
export interface Measure {
  /** px. */
  readonly width: (text: string, size: number) => number;
  /** Lines of at most `width` px: broken between words, and within those that are longer; no letter is left out. */
  readonly wrap: (text: string, size: number, width: number) => string[];
}

/**
 * By the advance widths of the font that PNGs are drawn with; kerning only brings letters closer. Browsers without the font
 * take Verdana or narrower ones.
 */
export function measureOf(fontFile: string): Measure {
  const font = create(readFileSync(fontFile));
  if (font.isCollection) throw new Error(`${fontFile} holds several fonts`);
  const widths = new Map<string, number>();
  const letterWidth = (letter: string): number => {
    const known = widths.get(letter);
    if (known !== undefined) return known;
    const code = letter.codePointAt(0) ?? 0;
    const width = font.hasGlyphForCodePoint(code)
      ? font.glyphForCodePoint(code).advanceWidth / font.unitsPerEm
      : FOREIGN_WIDTH;
    widths.set(letter, width);
    return width;
  };
  const width = (text: string, size: number): number => {
    let sum = 0;
    for (const letter of text) sum += letterWidth(letter);
    return sum * size;
  };
  return { width, wrap: (text, size, limit) => wrapped(text, (part) => width(part, size) <= limit) };
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

function wrapped(text: string, fits: (part: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const { segment } of letters.segment(word)) {
      if (line !== '' && !fits(line + segment)) {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return line === '' ? lines : [...lines, line];
}
