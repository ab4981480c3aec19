// Learns how sure the search may be: logistic regression of "the first document is the right one" on what speaks for it, on
// development questions. The bias is then moved so that, cross-validated, at most the allowed share of questions without an
// answer gets one (a false answer costs more than a question that is asked again).
import { featuresOf, type Features } from '../../src/documents/search/confidence.js';
import { lengthOf } from '../../src/documents/search/document-search.js';
import { Desk } from './desk.js';
import type { Paraphrase } from './paraphrases.js';

interface Example {
  readonly x: Features;
  readonly isRight: boolean;
  readonly isUnanswerable: boolean;
}

const FOLDS = 10;
const ROUNDS = 1000;
const RATE = 1;
/** Ridge: few examples. */
const DECAY = 0.002;

export async function learn(questions: readonly Paraphrase[], meaning: boolean, mostFalse: number): Promise<string> {
  const desk = await Desk.open({ meaning });
  const examples: Example[] = [];
  try {
    for (const { question, slug } of questions) {
      const { query } = await desk.handle(question);
      // What the documents are not asked they do not answer falsely.
      if (query === undefined && slug === null) continue;
      const asked = query ?? { words: question };
      const [first, ...others] = await desk.candidates(asked);
      if (first === undefined) continue;
      const x = featuresOf(first, others, lengthOf(asked.words));
      examples.push({ x, isRight: first.slug === slug, isUnanswerable: slug === null });
    }
  } finally {
    await desk.close();
  }
  const scored = examples.map((example, n) => {
    const weights = fit(examples.filter((_, m) => m % FOLDS !== n % FOLDS));
    return { ...example, score: scoreOf(example, weights) };
  });
  const threshold = thresholdOf(scored, mostFalse);
  const said = scored.filter(({ score }) => score >= threshold);
  const weights = fit(examples);
  const [bias = 0, ...rest] = weights;
  const count = (is: (one: Example) => boolean, from: readonly Example[] = said) => from.filter(is).length;
  return (
    `[${[bias - threshold, ...rest].map((weight) => weight.toFixed(2)).join(', ')}]\n` +
    `cross-validated: ${count(({ isRight }) => isRight)} answered rightly, ` +
    `${count(({ isRight, isUnanswerable }) => !isRight && !isUnanswerable)} from the wrong document, ` +
    `${count(({ isUnanswerable }) => isUnanswerable)} of ${count(({ isUnanswerable }) => isUnanswerable, examples)} falsely, ` +
    `of ${examples.length} questions`
  );
}

/** The lowest score from which on no more than the allowed share of unanswerable questions is answered. */
function thresholdOf(scored: readonly (Example & { readonly score: number })[], mostFalse: number): number {
  const wrong = scored.filter(({ isUnanswerable }) => isUnanswerable).map(({ score }) => score);
  const allowed = Math.floor(mostFalse * wrong.length);
  const highest = wrong.toSorted((a, b) => b - a)[allowed] ?? 0;
  const next = scored.map(({ score }) => score).filter((score) => score > highest);
  return next.length === 0 ? highest : (highest + Math.min(...next)) / 2;
}

const scoreOf = ({ x }: Example, [bias = 0, ...weights]: readonly number[]): number =>
  x.reduce((sum, value, n) => sum + value * (weights[n] ?? 0), bias);

/** Batch gradient descent; the features are between -1 and 1. */
function fit(examples: readonly Example[]): readonly number[] {
  let weights: number[] = [0, 0, 0, 0, 0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = weights.map((weight, n) => (n === 0 ? 0 : DECAY * weight));
    for (const example of examples) {
      const error = 1 / (1 + Math.exp(-scoreOf(example, weights))) - (example.isRight ? 1 : 0);
      [1, ...example.x].forEach((value, n) => (gradient[n] = (gradient[n] ?? 0) + (error * value) / examples.length));
    }
    weights = weights.map((weight, n) => weight - RATE * (gradient[n] ?? 0));
  }
  return weights;
}
