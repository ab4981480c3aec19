// `npm run eval -- --documents FILE`: questions of strangers to the documents, by words and meaning and by words alone.
import { basename } from 'node:path';
import { writeSection } from '../report/write-docs.js';
import { judge, scoreOf, scoreTable, storyOf } from './measure.js';
import { learn } from './learn.js';
import { readParaphrases } from './paraphrases.js';

export interface DocumentsEvaluation {
  readonly files: readonly string[];
  readonly write: boolean;
  readonly story: boolean;
  /** Print the weights that these questions teach instead. */
  readonly learn: boolean;
  readonly conditions: string;
}

const WAYS = [
  ['words and meaning', true],
  ['words alone', false],
] as const;
/** Share of the questions without an answer that may get one while learning. */
const MOST_FALSE = 0.02;

export async function evaluateDocuments({
  files,
  write,
  story,
  conditions,
  ...options
}: DocumentsEvaluation): Promise<number> {
  if (options.learn) {
    const each = files.map((file) => ({ name: basename(file, '.json'), questions: readParaphrases(file) }));
    for (const [name, meaning] of WAYS) {
      process.stdout.write(`${name}: ${await learn(each, meaning, MOST_FALSE)}\n`);
    }
    return 0;
  }
  const questions = files.flatMap(readParaphrases);
  const scores = [];
  for (const [name, meaning] of WAYS) {
    const judged = await judge(questions, meaning);
    if (story) process.stdout.write(`${name}\n${storyOf(judged)}\n`);
    scores.push([name, scoreOf(judged)] as const);
  }
  const table = scoreTable(scores);
  process.stdout.write(`${table}\n`);
  if (write) writeSection('documents', `${conditions}\n\n${table}`);
  return 0;
}
