import { ASCENT, DESCENT, LINE_HEIGHT, type Measure } from './measure.js';
import { element, textAt, type TextStyle } from './svg.js';

/** Width of every chart, px. */
export const WIDTH = 960;
/** Empty on each side, px. */
export const MARGIN = 24;
/** Between the margins, px. */
export const INNER = WIDTH - 2 * MARGIN;

/** Something drawn with its top at `y` px, and how far down it goes. */
export interface Block {
  readonly svg: string;
  /** px. */
  readonly height: number;
}

export const lineHeight = (size: number): number => size * LINE_HEIGHT;
/** Height of one line from its highest letter to its lowest, px. */
export const textHeight = (size: number): number => size * (ASCENT + DESCENT);
/** Baseline of a line whose top is at `top`. */
export const baseline = (top: number, size: number): number => top + size * ASCENT;
/** Baseline of a line in the middle between `top` and `top + height`. */
export const centred = (top: number, height: number, size: number): number =>
  top + (height - textHeight(size)) / 2 + size * ASCENT;

/** Lines below each other, the first with its top at `y`. */
export function linesAt(x: number, y: number, lines: readonly string[], style: TextStyle): Block {
  const height = lines.length === 0 ? 0 : (lines.length - 1) * lineHeight(style.size) + textHeight(style.size);
  const svg = lines.map((line, at) => textAt(x, baseline(y + at * lineHeight(style.size), style.size), line, style));
  return { svg: svg.join(''), height };
}

export interface LegendEntry {
  readonly look: string;
  readonly name: string;
}

const LEGEND_SIZE = 13;
const SWATCH = 12;

/** What the colours mean, side by side, in as many rows as it takes. */
export function legend(entries: readonly LegendEntry[], y: number, measure: Measure): Block {
  const row = lineHeight(LEGEND_SIZE) + 4;
  let x = MARGIN;
  let top = y;
  const svg = entries.map(({ look, name }) => {
    const width = SWATCH + 6 + measure.width(name, LEGEND_SIZE);
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, top] = [MARGIN, top + row];
    const drawn =
      element('rect', {
        x,
        y: top + (textHeight(LEGEND_SIZE) - SWATCH) / 2,
        width: SWATCH,
        height: SWATCH,
        rx: 2,
        class: look,
      }) + textAt(x + SWATCH + 6, baseline(top, LEGEND_SIZE), name, { size: LEGEND_SIZE, look: 'ink' });
    x += width + 20;
    return drawn;
  });
  return { svg: svg.join(''), height: entries.length === 0 ? 0 : top - y + row };
}

/** Where a text of this width has to be centred to stay right of `left` and left of the margin. */
export const keptInside = (x: number, width: number, left = MARGIN): number =>
  Math.min(Math.max(x, left + width / 2), WIDTH - MARGIN - width / 2);
