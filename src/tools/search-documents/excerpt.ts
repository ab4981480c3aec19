/** Longest excerpt, characters: about 20 s of speech. */
const MAX_LENGTH = 320;

const SMALL_WORDS = new Set(
  'a an and are at by can do does for how i in is it my of on or our the to was we what when you your'.split(' '),
);

/**
 * The sentences of a document that answer a question best: the one that shares most of its words, the first of equals,
 * and those after it as far as they fit. Whole sentences, because they are spoken.
 */
export function excerpt(content: string, question: string): string {
  // Only where a blank follows: the point in 4.50 ends nothing.
  const sentences = content.trim().split(/(?<=[.!?])\s+/);
  const wanted = new Set(stems(question));
  const scores = sentences.map((sentence) => stems(sentence).filter((stem) => wanted.has(stem)).length);
  const best = Math.max(0, scores.indexOf(Math.max(...scores)));
  let text = sentences[best] ?? content.trim();
  for (const sentence of sentences.slice(best + 1)) {
    if (text.length + sentence.length + 1 > MAX_LENGTH) break;
    text = `${text} ${sentence}`;
  }
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH).replace(/\s+\S*$/, '')}...`;
}

/** The words that matter, cut so that "refunds" and "refunded" meet. */
const stems = (text: string): string[] =>
  (text.toLowerCase().match(/[a-z0-9]+/g) ?? [])
    .filter((word) => !SMALL_WORDS.has(word))
    .map((word) => word.replace(/(?:ing|ed|es|s)$/, '').slice(0, 7));
