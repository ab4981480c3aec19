// Which document a reply was read from: the keyless planner quotes, and any model keeps most of the words.
import type { Ledger } from '../ledger.js';

const WORDS_OF_PASSAGE = 5;
/** So many runs of words in common are a quotation: two sentences of any kind share one by chance. */
const LEAST_IN_COMMON = 3;

function passagesOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9$'-]+/g) ?? [];
  return words.slice(WORDS_OF_PASSAGE - 1).map((_, n) => words.slice(n, n + WORDS_OF_PASSAGE).join(' '));
}

/** The document that most of the text stands in, by its slug; undefined when it stands in none. */
export function quotedFrom(text: string, ledger: Ledger): string | undefined {
  const passages = passagesOf(text);
  const [best] = ledger.documents
    .map(({ slug, body }) => {
      const inBody = new Set(passagesOf(body));
      return { slug, common: passages.filter((passage) => inBody.has(passage)).length };
    })
    .toSorted((a, b) => b.common - a.common);
  return best !== undefined && best.common >= LEAST_IN_COMMON ? best.slug : undefined;
}
