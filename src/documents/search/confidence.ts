// How sure it is that the first passage answers what was asked.

/** What the search knows of the best passage of a document. */
export interface Evidence {
  /** 0 to 1: how much of the question its words cover, each counted by how rare it is among the documents. */
  readonly coverage: number;
  /** Cosine of the two meanings; null without vectors. */
  readonly likeness: number | null;
}

/** What a likeness counts beside a coverage: so weighs a softmax over the documents, learnt on eval/documents. */
const LIKENESS = 1.5;

/** How much both together speak for a passage. */
export const strengthOf = ({ coverage, likeness }: Evidence): number => coverage + LIKENESS * (likeness ?? 0);

export type Features = readonly [coverage: number, lead: number, likeness: number, lead: number, length: number];

/**
 * The bias and a weight for each feature of a logistic regression, learnt by `npm run eval -- --documents FILES --learn` (which
 * docs/evaluation.md describes) with meaning and by words alone. The bias is such that 0.5 is where an answer may be given.
 */
const WITH_MEANING: readonly number[] = [-6.5, 4.57, 1.42, 1.73, 3.79, 1.21];
const BY_WORDS: readonly number[] = [-7.56, 4.96, 2.46, 0, 0, 1.89];

/** 0 to 1 for each, in their order: a passage is the surer the more it leads those of other documents. `length`: content words. */
export function confidences(all: readonly Evidence[], length: number): readonly number[] {
  return all.map((one, n) => {
    const [bias = 0, ...weights] = one.likeness === null ? BY_WORDS : WITH_MEANING;
    const features = featuresOf(one, all.toSpliced(n, 1), length);
    return 1 / (1 + Math.exp(-weights.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), bias)));
  });
}

export function featuresOf({ coverage, likeness }: Evidence, others: readonly Evidence[], length: number): Features {
  const most = (of: (other: Evidence) => number): number => Math.max(0, ...others.map(of));
  return [
    coverage,
    coverage - most((other) => other.coverage),
    likeness ?? 0,
    (likeness ?? 0) - most((other) => other.likeness ?? 0),
    // One word that fits says little of what was asked about it.
    Math.log1p(length),
  ];
}
