// Pronunciations: one line a pronunciation, `word PH ON EMES`, further ones of the same word as `word(2) ...` (CMUdict).
import type { Breath } from './breath.js';

export interface Pronunciations {
  /** Lines of the dictionary for the words asked for. */
  readonly lines: readonly string[];
  /** Words that the dictionary does not have. */
  readonly missing: readonly string[];
}

/** The pronunciations of `words` in `dictionary` (the text of a CMUdict file). */
export async function pronunciationsOf(
  words: Iterable<string>,
  dictionary: string,
  breath: Breath,
): Promise<Pronunciations> {
  const wanted = new Set(words);
  const found = new Set<string>();
  const lines: string[] = [];
  for (let start = 0; start < dictionary.length;) {
    const newline = dictionary.indexOf('\n', start);
    const end = newline < 0 ? dictionary.length : newline;
    const blank = dictionary.indexOf(' ', start);
    if (blank > start && blank < end) {
      const entry = dictionary.slice(start, blank);
      const variant = entry.indexOf('(');
      const word = variant > 0 ? entry.slice(0, variant) : entry;
      if (wanted.has(word)) {
        found.add(word);
        lines.push(dictionary.slice(start, end).trimEnd());
      }
    }
    start = end + 1;
    if (breath.due()) await breath.take();
  }
  return { lines, missing: [...wanted].filter((word) => !found.has(word)) };
}
