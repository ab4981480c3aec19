// How sure it is that a passage answers what was asked, and how the passages are ranked: a choice between them and none.

/** What the search knows of a passage. */
export interface Evidence {
  /** 0 to 1: how much of the question its words cover, each counted by how rare it is among the documents. */
  readonly coverage: number;
  /** 0 to 1: how near single lines of it, or of its document's questions, are worded (wording.ts). */
  readonly wording: number;
  /** It speaks of ending what the question would begin, or the other way round. */
  readonly isOpposed: boolean;
  /** Cosines of the meanings; undefined without vectors. */
  readonly meaning?: {
    /** Of the passage. */
    readonly passage: number;
    /** Of the questions that its document says it answers; the passage's where it has none. */
    readonly asked: number;
  };
}

/** Of a passage: what a unit of each kind of evidence counts. Of none: a constant, then what a unit of each of its features does. */
export interface Weights {
  readonly passage: readonly number[];
  readonly none: readonly number[];
}

/**
 * A conditional logit (McFadden 1974), learnt by `npm run eval -- --documents FILES --learn` (docs/evaluation.md), with meaning
 * and by words alone.
 */
const WITH_MEANING: Weights = { passage: [9.71, 19.45, -3.18, 6.97, 10.06], none: [7.5, -2.37, 3.09, 19.49] };
const BY_WORDS: Weights = { passage: [12.46, 19.17, -3.42], none: [9.94, -2.82] };

const weightsFor = ({ meaning }: Evidence): Weights => (meaning === undefined ? BY_WORDS : WITH_MEANING);

/** How much speaks for a passage; comparable among those of one question. */
export const strengthOf = (evidence: Evidence, weights = weightsFor(evidence)): number =>
  product(weights.passage, featuresOf(evidence));

/**
 * For each, in their order, how likely it is that it answers, 0 to 1: together they are 1 less the chance that none does. Give
 * the best passage of each document. `length`: how many words of the question carry a topic.
 */
export function confidences(
  all: readonly Evidence[],
  length: number,
  weights = all[0] === undefined ? BY_WORDS : weightsFor(all[0]),
): readonly number[] {
  const none = product(weights.none, featuresOfNone(all, length));
  const strengths = all.map((evidence) => strengthOf(evidence, weights));
  const most = Math.max(none, ...strengths);
  const shares = strengths.map((strength) => Math.exp(strength - most));
  const whole = shares.reduce((sum, share) => sum + share, Math.exp(none - most));
  return shares.map((share) => share / whole);
}

export const featuresOf = ({ coverage, wording, isOpposed, meaning }: Evidence): readonly number[] => [
  coverage,
  wording,
  isOpposed ? 1 : 0,
  ...(meaning === undefined ? [] : [meaning.passage, meaning.asked]),
];

/** One word that fits says little of what was asked about it; and what is near to all documents is near to none. */
export function featuresOfNone(all: readonly Evidence[], length: number): readonly number[] {
  const meanings = all.flatMap(({ meaning }) => meaning ?? []);
  const mean = (of: (one: (typeof meanings)[number]) => number): number =>
    meanings.reduce((sum, one) => sum + of(one), 0) / meanings.length;
  const near = meanings.length === 0 ? [] : [mean(({ passage }) => passage), mean(({ asked }) => asked)];
  return [1, Math.log1p(length), ...near];
}

const product = (weights: readonly number[], features: readonly number[]): number =>
  features.reduce((sum, feature, n) => sum + feature * (weights[n] ?? 0), 0);
