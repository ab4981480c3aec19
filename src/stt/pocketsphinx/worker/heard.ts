// What a decoder makes of an utterance.

export interface Word {
  readonly text: string;
  /** From the beginning of the utterance, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface Heard {
  readonly final: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly words: readonly Word[];
}

/** What the large model is not so sure of was a cough or a door, as a rule, 0 to 1. */
export const SURE = 0.6;

/**
 * Mean of the words' posteriors, each weighed by its duration. (The posterior of the whole sentence, which the library
 * also gives, is the product of all doubts: 0.07 for five words that are all right.)
 */
export function meanConfidence(words: readonly Word[]): number {
  let sum = 0;
  let total = 0;
  for (const { startMs, endMs, confidence } of words) {
    sum += confidence * (endMs - startMs);
    total += endMs - startMs;
  }
  return total > 0 ? sum / total : 0;
}
