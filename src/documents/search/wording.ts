// How near the wording of a question is to single lines of documents: the whole of a passage has many words in common with many
// questions, a line with those that ask what it says.
import { LRUCache } from 'lru-cache';
import { stem, wordsOf } from '../../spoken/words.js';

/** Lines nearest to the question that count: one alone may be near by chance. */
const NEAREST = 2;
const MAX_LINES = 5000;

/** Reading a line costs more than comparing it, and documents seldom change. */
const read = new LRUCache<string, ReadonlySet<string>>({ max: MAX_LINES });

/**
 * 0 to 1 for each passage, given as its lines: the mean cosine of the question and the two lines nearest to it. Words and pairs
 * of neighbours count by how rare they are among all lines (tf-idf: Sparck Jones, Journal of Documentation 28, 1972).
 */
export function wordings(question: string, passages: readonly (readonly string[])[]): readonly number[] {
  const lines = new Map(passages.flat().map((line) => [line, termsOf(line)]));
  const counts = new Map<string, number>();
  for (const terms of lines.values()) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const weightOf = (term: string): number => Math.log(1 + lines.size / (1 + (counts.get(term) ?? 0))) ** 2;
  const lengthOf = (terms: ReadonlySet<string>): number =>
    Math.sqrt([...terms].reduce((sum, term) => sum + weightOf(term), 0));
  const asked = termsOf(question);
  const length = lengthOf(asked);
  const nearnessTo = (line: string): number => {
    const terms = lines.get(line) ?? new Set();
    const common = [...asked].filter((term) => terms.has(term));
    return common.length === 0 ? 0 : lengthOf(new Set(common)) ** 2 / (length * lengthOf(terms));
  };
  return passages.map((all) => {
    const nearest = all.map(nearnessTo).toSorted((a, b) => b - a);
    return nearest.slice(0, NEAREST).reduce((sum, nearness) => sum + nearness, 0) / NEAREST;
  });
}

function termsOf(line: string): ReadonlySet<string> {
  const known = read.get(line);
  if (known !== undefined) return known;
  const words = wordsOf(line).map(stem);
  const terms = new Set([...words, ...words.slice(1).map((word, n) => `${words[n] ?? ''} ${word}`)]);
  read.set(line, terms);
  return terms;
}
