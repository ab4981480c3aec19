// The conversation of the demo: what the caller says, and what the agent must have done then.
import type { TurnReport } from '../../client/terminal/turn-report.js';
import type { Evidence } from './evidence.js';
import {
  chartIsReal,
  endedWith,
  gotArguments,
  mailHolds,
  quotes,
  says,
  succeeded,
  usedTools,
  wasSpoken,
  type Fault,
} from './judge.js';

export interface DemoTurn {
  readonly says: string;
  /** What a success shows, for the summary. */
  readonly shows: string;
  /** What is wrong with the turn. */
  readonly judge: (turn: TurnReport, evidence: Evidence) => Fault[];
}

export const CLIENT_ID = 5001;
export const RECIPIENT = 'john@example.com';

const MAIL = { client_id: CLIENT_ID, recipient: RECIPIENT };

export const CONVERSATION: readonly DemoTurn[] = [
  {
    says: `What transactions does client ${CLIENT_ID} have?`,
    shows: 'rows of the database, read out',
    judge: (turn, { expected }) => [
      ...usedTools(turn, 'query_transactions'),
      ...gotArguments(turn.tools[0], { client_id: CLIENT_ID }),
      ...succeeded(turn.tools[0]),
      ...says(
        turn,
        new RegExp(`\\b${expected.transactions.length}\\b`),
        `that there are ${expected.transactions.length}`,
      ),
    ],
  },
  {
    says: `Send those transactions to ${RECIPIENT}`,
    shows: `remembered client ${CLIENT_ID}, and asked before sending`,
    judge: (turn) => [
      ...usedTools(turn, 'send_email_report'),
      ...gotArguments(turn.tools[0], MAIL),
      ...endedWith(turn.tools[0], 'confirmation_required'),
      ...says(turn, /\?$/, 'a question'),
    ],
  },
  {
    says: 'Yes, please.',
    shows: `the mail arrived at ${RECIPIENT} with every transaction`,
    judge: (turn, { mails, expected }) => [
      ...usedTools(turn, 'send_email_report'),
      ...gotArguments(turn.tools[0], MAIL),
      ...succeeded(turn.tools[0]),
      ...mailHolds(mails, RECIPIENT, CLIENT_ID, expected.transactions),
    ],
  },
  {
    says: 'What is our refund policy?',
    shows: 'answered from the documents',
    judge: (turn, { expected }) => [
      ...usedTools(turn, 'search_documents'),
      ...succeeded(turn.tools[0]),
      ...quotes(turn, expected.refundPolicy.body, 5),
    ],
  },
  {
    says: 'What is the weather in San Francisco?',
    shows: 'documents first, then the web, and an honest answer',
    judge: (turn) => [
      ...usedTools(turn, 'search_documents', 'web_search'),
      ...succeeded(turn.tools[0]),
      // With a network the web may know; without one the reply must say so and hold no figures.
      ...(turn.tools[1]?.ok === true
        ? []
        : [
            ...endedWith(turn.tools[1], 'unavailable'),
            ...says(
              turn,
              /\b(cannot|can't|could not|couldn't|unable|not available|unavailable)\b/i,
              'that it cannot know',
            ),
            ...(/\d/.test(turn.reply) ? [`the reply holds figures that nobody gave: "${turn.reply}"`] : []),
          ]),
    ],
  },
  {
    says: `Generate a chart for client ${CLIENT_ID}`,
    shows: 'a real chart, fetched with the token',
    judge: (turn, { artifacts }) => [
      ...usedTools(turn, 'generate_transaction_chart'),
      ...gotArguments(turn.tools[0], { client_id: CLIENT_ID }),
      ...succeeded(turn.tools[0]),
      ...chartIsReal(artifacts),
    ],
  },
];

/** What is wrong with each turn of the call, in order; an empty list for a turn that did the right thing. */
export function judgeCall(turns: readonly TurnReport[], evidence: Evidence): Fault[][] {
  return CONVERSATION.map((demo, index) => {
    const turn = turns[index];
    if (turn === undefined) return ['the call ended before it'];
    const spoken = wasSpoken(turn);
    // What an unanswered turn also lacks says nothing more.
    return turn.answered ? [...spoken, ...demo.judge(turn, evidence)] : spoken;
  });
}
