// npm run eval -- --fresh FILE: requests of strangers, put to the agent as it runs, and judged by the seed's rows.
import { availableParallelism } from 'node:os';
import { CALLER_VOICES, type CallerVoice } from '../../scripts/synthetic-caller.js';
import { DocumentEmbedding } from '../../src/documents/document-embedding.js';
import { ParleyApp } from '../../test/support/parley-app.js';
import { SmtpCatcher } from '../../test/support/smtp-catcher.js';
import { limited } from '../limited.js';
import { type Answered, ask } from './ask.js';
import { judge } from './judge/judge.js';
import type { Judgement } from './judge/verdict.js';
import { Ledger } from './ledger.js';
import type { FreshFile, FreshRequest } from './request.schema.js';
import { beToday } from './today.js';

export interface FreshOptions {
  /** Of spoken requests; all of them when absent. */
  readonly voices?: readonly CallerVoice[];
  readonly done?: (result: FreshResult) => void;
}

export interface FreshResult extends Judgement {
  readonly request: FreshRequest;
  /** Where it was said. */
  readonly voice?: CallerVoice;
  readonly answer: Answered;
}

/** Calls at once. A recogniser is a process that takes about a third of a core while somebody speaks. */
const TYPED_AT_ONCE = 6;
const SPOKEN_AT_ONCE = 2 * availableParallelism();
/** Speech that comes out of step is heard as something else: such a call is made again, so often at most. */
const MOST_CALLS = 3;
/** A process that stands still for longer is taken for a caller who has stopped speaking, ms. */
const STANDSTILL_MS = 500;

/** Puts each request to the whole app, as of `today`; a result a request and voice. Rejects when the app cannot run. */
export async function runFresh({ today, requests }: FreshFile, options: FreshOptions = {}): Promise<FreshResult[]> {
  const { voices = CALLER_VOICES, done } = options;
  const ledger = await Ledger.asOf(today);
  const goBack = beToday(today);
  const mail = await SmtpCatcher.start();
  try {
    // As it ships: tests leave out the encoder that finds documents by their meaning. How long a busy machine takes for that is
    // not what is judged.
    const env = { SMTP_URL: mail.url(), EMBEDDINGS_PROVIDER: 'local', EMBEDDINGS_TIMEOUT_MS: '4000' };
    const app = await ParleyApp.start({ env });
    await app.app.get(DocumentEmbedding, { strict: false }).settled();
    const lanes = { typed: limited(TYPED_AT_ONCE), spoken: limited(SPOKEN_AT_ONCE) };
    const run = (request: FreshRequest, voice?: CallerVoice): Promise<FreshResult> =>
      lanes[request.kind](async () => {
        const answer = await askInPeace(app, request, voice);
        const { problem } = answer;
        const judgement: Judgement =
          problem === undefined ? judge(request.want, answer, ledger) : { verdict: 'missed', why: problem };
        const result = { request, answer, ...judgement, ...(voice === undefined ? {} : { voice }) };
        done?.(result);
        return result;
      });
    try {
      const all = requests.flatMap((request) =>
        request.kind === 'typed' ? [run(request)] : voices.map((voice) => run(request, voice)),
      );
      return await Promise.all(all);
    } finally {
      await app.close();
    }
  } finally {
    await mail.close();
    goBack();
  }
}

/** A call that the machine has disturbed says nothing of the agent. */
async function askInPeace(app: ParleyApp, request: FreshRequest, voice: CallerVoice | undefined): Promise<Answered> {
  let answer = await ask(app, request, voice);
  for (let calls = 1; calls < MOST_CALLS && isDisturbed(answer, voice); calls += 1)
    answer = await ask(app, request, voice);
  return answer;
}

export const isDisturbed = ({ problem, stoodStillMs }: Answered, voice: CallerVoice | undefined): boolean =>
  problem !== undefined || (voice !== undefined && stoodStillMs > STANDSTILL_MS);
