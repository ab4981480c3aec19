// Markdown links: cut in two, neither half could be spoken.

/** Longest link that is waited for, characters; an open bracket further back than this is only a bracket. */
const LONGEST = 600;

/** Index of the `[` of the link, or of what may become one, that a cut at `at` would cut in two; -1 when there is none. */
export function linkAround(text: string, at: number): number {
  const open = text.lastIndexOf('[', at - 1);
  if (open < 0 || at - open > LONGEST) return -1;
  const body = text.slice(open, at);
  if (body.includes('\n')) return -1;
  const close = body.indexOf(']');
  if (close < 0) return open;
  if (text[open + close + 1] !== '(') return -1;
  return body.includes(')', close + 2) ? -1 : open;
}
