import type { SavedArtifact } from '../../client/terminal/saved-call.js';
import type { ExpectedData } from './expected-data.js';
import type { CaughtMail } from './mail-catcher.js';

/** What a turn is judged by, besides its own report. */
export interface Evidence {
  readonly expected: ExpectedData;
  /** Every mail that arrived. */
  readonly mails: readonly CaughtMail[];
  /** Every artifact of the call that could be fetched. */
  readonly artifacts: readonly SavedArtifact[];
}
