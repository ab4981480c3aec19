// How well questions that paraphrase the documents are answered from them.
import { markdownTable } from '../report/render.js';
import { Desk, type Handled } from './desk.js';
import { CONFIDENT, type DocumentHit } from '../../src/documents/documents.port.js';
import type { Paraphrase } from './paraphrases.js';

export interface Judged extends Paraphrase, Handled {
  /** What the search gives for the question. */
  readonly found: readonly DocumentHit[];
  /** Of the right document among them, from 1; 0 when it is not there. */
  readonly rank: number;
}

export interface Score {
  readonly answerable: number;
  readonly unanswerable: number;
  readonly recallAt1: number;
  readonly recallAt3: number;
  /** Without an answer, and the search is sure of no passage. */
  readonly foundNothing: number;
  /** Answerable, and the planner asks the documents. */
  readonly lookedUp: number;
  readonly answeredRightly: number;
  /** Answerable, and read out from another document. */
  readonly answeredWrongly: number;
  /** Answerable, and the right document was told about as the nearest; the same without an answer. */
  readonly offeredRightly: number;
  readonly offeredInVain: number;
  /** Without an answer, and answered from a document all the same. */
  readonly falseAnswers: number;
}

export async function judge(questions: readonly Paraphrase[], meaning: boolean): Promise<readonly Judged[]> {
  const desk = await Desk.open({ meaning });
  try {
    const judged: Judged[] = [];
    for (const paraphrase of questions) {
      const handled = await desk.handle(paraphrase.question);
      const found = await desk.find(paraphrase.question);
      const rank = found.findIndex(({ slug }) => slug === paraphrase.slug) + 1;
      judged.push({ ...paraphrase, ...handled, found, rank });
    }
    return judged;
  } finally {
    await desk.close();
  }
}

export function scoreOf(judged: readonly Judged[]): Score {
  const answerable = judged.filter(({ slug }) => slug !== null);
  const unanswerable = judged.filter(({ slug }) => slug === null);
  const count = (all: readonly Judged[], is: (one: Judged) => boolean) => all.filter(is).length;
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    recallAt1: count(answerable, ({ rank }) => rank === 1),
    recallAt3: count(answerable, ({ rank }) => rank > 0),
    foundNothing: count(unanswerable, ({ found }) => found.every(({ confidence }) => confidence < CONFIDENT)),
    lookedUp: count(answerable, ({ query }) => query !== undefined),
    answeredRightly: count(answerable, ({ slug, answeredFrom }) => answeredFrom === slug),
    answeredWrongly: count(answerable, ({ slug, answeredFrom }) => answeredFrom !== undefined && answeredFrom !== slug),
    offeredRightly: count(answerable, ({ slug, offeredFrom }) => offeredFrom === slug),
    offeredInVain: count(unanswerable, ({ offeredFrom }) => offeredFrom !== undefined),
    falseAnswers: count(unanswerable, ({ answeredFrom }) => answeredFrom !== undefined),
  };
}

const share = (part: number, all: number) =>
  all === 0 ? '–' : `${part} of ${all} (${Math.round((100 * part) / all)} %)`;

export function scoreTable(scores: readonly (readonly [name: string, score: Score])[]): string {
  const head = [
    '',
    'Recall at 1',
    'Recall at 3',
    'Nothing found for no answer',
    'Looked up',
    'Answered rightly',
    'The right one as the nearest',
    'From the wrong one',
    'One as the nearest for no answer',
    'False answers',
  ];
  const rows = scores.map(([name, score]) => [
    name,
    share(score.recallAt1, score.answerable),
    share(score.recallAt3, score.answerable),
    share(score.foundNothing, score.unanswerable),
    share(score.lookedUp, score.answerable),
    share(score.answeredRightly, score.answerable),
    share(score.offeredRightly, score.answerable),
    share(score.answeredWrongly, score.answerable),
    share(score.offeredInVain, score.unanswerable),
    share(score.falseAnswers, score.unanswerable),
  ]);
  return markdownTable(head, rows);
}

/** What went wrong with each question, a line each. */
export function storyOf(judged: readonly Judged[]): string {
  return judged
    .filter(({ slug, rank, answeredFrom }) =>
      slug === null ? answeredFrom !== undefined : rank === 0 || answeredFrom !== slug,
    )
    .map(({ question, slug, rank, answeredFrom, query, hits, other, said }) => {
      const found = hits.map((hit) => `${hit.slug} ${hit.confidence}`).join(', ');
      const did = query === undefined ? `not looked up (${other ?? said})` : `found ${found || 'nothing'}`;
      return `${slug ?? 'none'} rank ${rank} answered ${answeredFrom ?? '-'}: "${question}": ${did}`;
    })
    .join('\n');
}
