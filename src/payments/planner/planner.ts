// What the keyless planner reads of a payments company.
import type { CueRow, Planner } from '../../llm/plan.port.js';
import { answering } from '../../tools/answers/answer.js';
import { searchDocumentsPlan } from '../../tools/search-documents/search-documents.plan.js';
import { webSearchPlan } from '../../tools/web-search/web-search.plan.js';
import { by, kind } from '../chart/chart-slots.js';
import { generateTransactionChartPlan } from '../chart/generate-transaction-chart.plan.js';
import { queryTransactionsPlan } from '../query-transactions/query-transactions.plan.js';
import { sendEmailReportPlan } from '../send-email-report/send-email-report.plan.js';
import { CATEGORY_WORDS } from './categories.js';
import { MEASURE_WORDS } from './measures.js';
import { REFUSALS } from './refusals.js';
import { SELECTION_WORDS } from './selection.js';
import { SLOTS } from './slots.js';
import { SYNONYMS } from './synonyms.js';
import { FILLER } from './vocabulary.js';

/** What callers ask the documents. */
const QUESTIONS: readonly CueRow[] = [
  [
    2,
    'what|when|where|who|whose|why|which',
    'how !much|many|about',
    'how much|many is|does|do|are',
    'how many !transactions|purchases|payments|expenses|charges|did|has|have|were|in|of|on|#date',
    '^ are|is|was|were|will',
    'can|could|may|should i|we',
    'can|do|does|are|is|will you|i|we|it|there|the|my|your',
    'tell me',
    'explain|describe',
    'like|want|need to know',
    'question|information|info|documents|anything about|on|say',
  ],
  [
    3,
    'polic*|procedure*|terms|warrant*|guideline*|faq|rule|rules|agreement',
    'refund*|shipping|delivery|return|returns|chargeback*|dispute*|fraud|privacy|security|password*|complain*',
    'lost|stolen|limit|limits|fee|overdraft|card|cards',
    'opening|business|office hours|times',
    'weather|forecast|news',
    'search for|the|our|in|on',
    'knowledge base',
  ],
  // Callers ask about clients' transactions and about their own troubles.
  [1, 'i|my|mine|myself|we|our|ours'],
  // What holds for everybody is asked in the present tense.
  [1, 'when|where|why do|does|is|are|will|can|should'],
  [1, 'how do|does|can|long|to|often', 'how much is|does|do|are'],
  [2, 'tell me about', 'know about', 'question about', 'who can|may', 'send|sending|transfer|wire money'],
];

const answers = answering(SYNONYMS);

/** "Do you mean Ada Park?", and not "Ada Park or Ada Clark?" (selection/find-transactions.ts). */
const GUESS = /\bDo you mean ((?:(?! or )[^?,])+)\?/;

export const PAYMENTS_PLANNER: Planner = {
  slots: [...SLOTS, by, kind],
  tools: [
    webSearchPlan(answers),
    sendEmailReportPlan,
    generateTransactionChartPlan,
    { ...searchDocumentsPlan(answers, QUESTIONS), details: { '#client': -3, '#owner': -3 } },
    queryTransactionsPlan,
  ],
  usual: 'query_transactions',
  verbs: ['send', 'email', 'mail', 'forward', 'draw', 'plot', 'chart', 'graph', 'generate'],
  words: [...CATEGORY_WORDS, ...MEASURE_WORDS, ...SELECTION_WORDS],
  filler: FILLER,
  refusals: REFUSALS,
  guessed(said, yes) {
    const name = GUESS.exec(said)?.[1];
    return name === undefined ? undefined : yes ? `and client ${name}` : 'that is the wrong client';
  },
  talk: {
    more: [[3, 'more transactions|purchases']],
    change: [
      [7, 'delete|remove|erase|update|edit|rename|block|close #client|client|customer|transaction|transactions'],
    ],
  },
};
