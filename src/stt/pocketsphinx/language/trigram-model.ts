// A trigram language model, estimated with interpolated absolute discounting (Ney, Essen and Kneser 1994) and written in
// the ARPA back-off format that PocketSphinx reads.
import type { Breath } from './breath.js';

const START = '<s>';
const END = '</s>';
/** Ney's estimate for counts of this kind of text lies between 0.6 and 0.9; sampled templates have few singletons. */
const DISCOUNT = 0.7;
/** log10 of "never": `<s>` is only ever a history. */
const NEVER = -99;

interface History {
  total: number;
  readonly counts: Map<string, number>;
}

type Counts = Map<string, History>;

function count(counts: Counts, history: string, word: string): void {
  let entry = counts.get(history);
  if (entry === undefined) {
    entry = { total: 0, counts: new Map() };
    counts.set(history, entry);
  }
  entry.total += 1;
  entry.counts.set(word, (entry.counts.get(word) ?? 0) + 1);
}

/** Share of a history's probability that is handed to the shorter history: D * N1+(h) / c(h). */
const handedDown = (history: History): number => (DISCOUNT * history.counts.size) / history.total;

const log10 = (value: number): string => Math.max(NEVER, Math.log10(value)).toFixed(4);

/**
 * Estimates a trigram model from sentences of lower-case words separated by single blanks, and returns it as ARPA text.
 * p(w|h) = (c(hw) - D) / c(h) + D * N1+(h) / c(h) * p(w|shorter h); unigrams fall back to the uniform distribution.
 * Deterministic. Throws RangeError when there is no sentence. Takes a few hundred ms of work, with pauses as `breath` says.
 */
export async function trigramArpa(sentences: Iterable<string>, breath: Breath): Promise<string> {
  const unigrams: History = { total: 0, counts: new Map() };
  const bigrams: Counts = new Map();
  const trigrams: Counts = new Map();
  for (const sentence of sentences) {
    const words = [START, ...sentence.split(' '), END];
    for (let at = 1; at < words.length; at += 1) {
      const word = words[at] ?? END;
      const before = words[at - 1] ?? START;
      unigrams.total += 1;
      unigrams.counts.set(word, (unigrams.counts.get(word) ?? 0) + 1);
      count(bigrams, before, word);
      if (at > 1) count(trigrams, `${words[at - 2] ?? START} ${before}`, word);
    }
    if (breath.due()) await breath.take();
  }
  if (unigrams.total === 0) throw new RangeError('a language model needs at least one sentence');

  const uniform = handedDown(unigrams) / unigrams.counts.size;
  const p1 = (word: string): number =>
    Math.max(0, (unigrams.counts.get(word) ?? 0) - DISCOUNT) / unigrams.total + uniform;
  const p2 = (before: string, word: string): number => {
    const history = bigrams.get(before);
    if (history === undefined) return p1(word);
    return Math.max(0, (history.counts.get(word) ?? 0) - DISCOUNT) / history.total + handedDown(history) * p1(word);
  };

  const vocabulary = [START, ...[...unigrams.counts.keys()].toSorted()];
  const oneLines = vocabulary.map((word) => {
    const history = bigrams.get(word);
    const probability = word === START ? String(NEVER) : log10(p1(word));
    return history === undefined ? `${probability} ${word}` : `${probability} ${word} ${log10(handedDown(history))}`;
  });
  const twoLines: string[] = [];
  for (const [before, history] of bigrams) {
    for (const word of history.counts.keys()) {
      const pair = `${before} ${word}`;
      const longer = trigrams.get(pair);
      const line = `${log10(p2(before, word))} ${pair}`;
      twoLines.push(longer === undefined ? line : `${line} ${log10(handedDown(longer))}`);
    }
    if (breath.due()) await breath.take();
  }
  const threeLines: string[] = [];
  for (const [pair, history] of trigrams) {
    const before = pair.slice(pair.indexOf(' ') + 1);
    for (const [word, times] of history.counts) {
      const probability = Math.max(0, times - DISCOUNT) / history.total + handedDown(history) * p2(before, word);
      threeLines.push(`${log10(probability)} ${pair} ${word}`);
    }
    if (breath.due()) await breath.take();
  }
  return [
    '\\data\\',
    `ngram 1=${oneLines.length}`,
    `ngram 2=${twoLines.length}`,
    `ngram 3=${threeLines.length}`,
    '',
    '\\1-grams:',
    ...oneLines,
    '',
    '\\2-grams:',
    ...twoLines,
    '',
    '\\3-grams:',
    ...threeLines,
    '',
    '\\end\\',
    '',
  ].join('\n');
}
