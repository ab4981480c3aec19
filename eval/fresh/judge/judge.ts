// The verdict on one answer.
import type { Ledger } from '../ledger.js';
import type { Want } from '../request.schema.js';
import { judgeChart } from './chart.js';
import { judgeAsk, judgeCannot, judgeDocument, judgeMail, judgeTalk, judgeWeb } from './others.js';
import { judgeTransactions } from './transactions.js';
import type { Evidence, Judgement } from './verdict.js';

/** What is true of the answer, by the seed's rows and documents. */
export function judge(want: Want, evidence: Evidence, ledger: Ledger): Judgement {
  switch (want.type) {
    case 'transactions':
      return judgeTransactions(want, evidence, ledger);
    case 'chart':
      return judgeChart(want, evidence, ledger);
    case 'mail':
      return judgeMail(want, evidence, ledger);
    case 'document':
      return judgeDocument(want, evidence, ledger);
    case 'web':
      return judgeWeb(evidence, ledger);
    case 'ask':
      return judgeAsk(want, evidence, ledger);
    case 'cannot':
      return judgeCannot(want, evidence, ledger);
    case 'talk':
    default:
      return judgeTalk(evidence, ledger);
  }
}
