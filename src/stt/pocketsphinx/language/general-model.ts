// The general English model that comes with PocketSphinx: which words of it are worth listening for.

const MAGIC = 'Trie Language Model';
/** Levels of the quantiser: 16 bits (sphinxbase lm_trie_quant.c). */
const QUANTISER_BYTES = (1 << 16) * 4;
/** A unigram: float32 log probability, float32 back-off weight, uint32 index of its bigrams (sphinxbase lm_trie.h). */
const UNIGRAM_BYTES = 12;

/**
 * The `count` most frequent words of a language model in sphinxbase's binary trie format (ngram_model_trie.c: magic, order,
 * counts, quantiser, unigrams, the longer n-grams, and last the words as NUL-terminated strings behind their length).
 * Returns undefined for any other format.
 */
export function frequentWords(model: Uint8Array, count: number): string[] | undefined {
  const file = Buffer.from(model.buffer, model.byteOffset, model.byteLength);
  if (file.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return undefined;
  const order = file[MAGIC.length] ?? 0;
  const counts = MAGIC.length + 1;
  if (order < 2 || file.length < counts + 4 * order + 4) return undefined;
  const total = file.readUInt32LE(counts);
  // Tables of probabilities for every order above 1, of back-off weights for all of those but the highest.
  const unigrams = counts + 4 * order + 4 + (2 * (order - 1) - 1) * QUANTISER_BYTES;
  const words = wordsAtEnd(file, total);
  if (words === undefined || unigrams + total * UNIGRAM_BYTES > file.length) return undefined;
  return words
    .map((word, at) => ({ word, probability: file.readFloatLE(unigrams + at * UNIGRAM_BYTES) }))
    .filter(({ word }) => /^[a-z][a-z']*$/u.test(word))
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, count)
    .map(({ word }) => word);
}

/** The strings that the file ends with: found from behind, where a length stands before exactly so many bytes. */
function wordsAtEnd(file: Buffer, count: number): string[] | undefined {
  const shortest = count * 2;
  const longest = count * 64;
  for (let at = file.length - 4 - shortest; at > Math.max(0, file.length - longest); at -= 1) {
    if (file.readUInt32LE(at) !== file.length - at - 4) continue;
    const words = file
      .subarray(at + 4)
      .toString('utf8')
      .split('\0');
    words.pop();
    return words.length === count ? words : undefined;
  }
  return undefined;
}
