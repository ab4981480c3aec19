// Learns how sure the search may be, from questions whose documents are known: which of the passages is right, or none. Each
// file is judged by what the others teach.
import { CONFIDENT, NEAR } from '../../src/documents/documents.port.js';
import {
  confidences,
  featuresOf,
  featuresOfNone,
  type Evidence,
  type Weights,
} from '../../src/documents/search/confidence.js';
import { lengthOf } from '../../src/documents/search/document-search.js';
import { isContentWord, wordsOf } from '../../src/spoken/words.js';
import { markdownTable } from '../report/render.js';
import { Desk } from './desk.js';
import { fit, type Choice } from './logit.js';
import type { Paraphrase } from './paraphrases.js';

export interface QuestionFile {
  readonly name: string;
  readonly questions: readonly Paraphrase[];
}

interface Example {
  readonly file: string;
  readonly asked: Paraphrase;
  readonly isLookedUp: boolean;
  readonly evidence: readonly Evidence[];
  readonly length: number;
  /** Of the right document; -1 where there is none. */
  readonly right: number;
}

/** Examples judged: how sure the search is of its first passage, by what the other files teach. */
interface Judged extends Example {
  readonly best: number;
  readonly confidence: number;
}

/** The weights that all files teach, and how each is judged by the others. */
export async function learn(files: readonly QuestionFile[], meaning: boolean, mostFalse: number): Promise<string> {
  const asked = await examplesOf(files, { meaning, questions: true });
  // Documents of others do not say what they are asked.
  const bare = await examplesOf(files, { meaning, questions: false });
  const all = [...asked, ...bare];
  const judged = files.flatMap(({ name }) => {
    const weights = fit(all.filter(({ file }) => file !== name).map(choiceOf));
    return asked.filter(({ file }) => file === name).map((example) => judge(example, weights));
  });
  const { passage, none } = fit(all.map(choiceOf));
  const list = (weights: readonly number[]): string => `[${weights.map((weight) => weight.toFixed(2)).join(', ')}]`;
  const table = markdownTable(HEAD, [
    ...files.map(({ name }) =>
      rowOf(
        name,
        judged.filter(({ file }) => file === name),
      ),
    ),
    rowOf('all', judged),
  ]);
  const sure = thresholdOf(judged, mostFalse).toFixed(3);
  return `{ passage: ${list(passage)}, none: ${list(none)} }, sure from ${sure} on\n${table}`;
}

async function examplesOf(
  files: readonly QuestionFile[],
  options: { readonly meaning: boolean; readonly questions: boolean },
): Promise<readonly Example[]> {
  const desk = await Desk.open(options);
  const examples: Example[] = [];
  try {
    for (const { name, questions } of files) {
      for (const asked of questions) {
        const { query } = await desk.handle(asked.question);
        // What the documents are not asked they do not answer falsely.
        if (query === undefined && asked.slug === null) continue;
        const words = query?.words ?? wordsOf(asked.question).filter(isContentWord).join(' ');
        const found = await desk.candidates(query ?? { words, question: asked.question });
        examples.push({
          file: name,
          asked,
          isLookedUp: query !== undefined,
          evidence: found.map(({ evidence }) => evidence),
          length: lengthOf(words),
          right: found.findIndex(({ slug }) => slug === asked.slug),
        });
      }
    }
  } finally {
    await desk.close();
  }
  return examples.filter(({ evidence }) => evidence.length > 0);
}

const choiceOf = ({ evidence, length, right }: Example): Choice => ({
  passages: evidence.map(featuresOf),
  none: featuresOfNone(evidence, length),
  right,
});

function judge(example: Example, weights: Weights): Judged {
  const sure = confidences(example.evidence, example.length, weights);
  const confidence = Math.max(...sure);
  return { ...example, confidence, best: sure.indexOf(confidence) };
}

/** The lowest confidence from which on no more than the allowed share of questions without an answer gets one. */
function thresholdOf(judged: readonly Judged[], mostFalse: number): number {
  const wrong = judged.filter(({ asked }) => asked.slug === null).map(({ confidence }) => confidence);
  const highest = wrong.toSorted((a, b) => b - a)[Math.floor(mostFalse * wrong.length)] ?? 0;
  return Math.min(1, ...judged.map(({ confidence }) => confidence).filter((confidence) => confidence > highest));
}

const HEAD = [
  '',
  'Answered',
  'Nearest right',
  'Nearest wrong',
  'Answered wrongly',
  'Lost',
  'No answer: false',
  'Nearest in vain',
];

function rowOf(name: string, judged: readonly Judged[]): readonly string[] {
  const [answerable, others] = [true, false].map((is) => judged.filter(({ asked }) => (asked.slug !== null) === is));
  const count = (from: readonly Judged[] = [], is: (one: Judged) => boolean): string =>
    `${from.filter(is).length} of ${from.length}`;
  const isSure = ({ confidence, isLookedUp }: Judged): boolean => isLookedUp && confidence >= CONFIDENT;
  const isNear = (one: Judged): boolean => one.isLookedUp && one.confidence >= NEAR && !isSure(one);
  const isRight = ({ best, right }: Judged): boolean => best === right;
  return [
    name,
    count(answerable, (one) => isSure(one) && isRight(one)),
    count(answerable, (one) => isNear(one) && isRight(one)),
    count(answerable, (one) => isNear(one) && !isRight(one)),
    count(answerable, (one) => isSure(one) && !isRight(one)),
    count(answerable, (one) => !isSure(one) && !isNear(one)),
    count(others, isSure),
    count(others, isNear),
  ];
}
