// The question of one reply. Whatever the model calls, the caller is asked about one thing at a time, by the platform, in
// the tool's own words, at the very end of the reply.
import type { ReadBack, ToolOutcome } from '../../tools/tool.port.js';
import { keyOf } from '../call-arguments.js';
import type { Question } from '../confirmation.js';
import type { CallRecord } from '../context.js';

const BUSY: ToolOutcome = {
  ok: false,
  code: 'postponed',
  message: 'One thing at a time. Ask for this again when the caller has answered the question before it.',
};

const UNHEARD =
  'The caller was not asked, or has not heard this to its end. Nothing was done: call again if it is still wanted.';

export class ReplyQuestion {
  private key: string | undefined;
  private asking: Promise<ReadBack | ToolOutcome> | undefined;
  private readonly records: CallRecord[] = [];
  private found: Question | undefined;

  /** What the caller is to be asked; undefined when nothing was called for that needs a yes. */
  get question(): Question | undefined {
    return this.found;
  }

  /** The model wants this done. The first such call makes the question, the same again shares it, others are refused. */
  async propose(record: CallRecord, readBack: () => Promise<ReadBack | ToolOutcome>): Promise<ToolOutcome> {
    const { call } = record;
    const key = keyOf(call);
    if (this.key !== undefined && this.key !== key) return BUSY;
    this.key = key;
    this.asking ??= readBack();
    const { asking } = this;
    const asked = await asking;
    if (!('statement' in asked)) {
      if (this.asking === asking) this.key = this.asking = undefined; // nothing to ask: another call may
      return asked;
    }
    this.found ??= { call, statement: asked.statement, ask: asked.ask };
    this.records.push(record);
    return { ok: false, code: 'confirmation_required', message: `${asked.statement} ${asked.ask}` };
  }

  /** What the reply was to ask in another process; `records` are its calls. */
  restore(question: Question, records: readonly CallRecord[]): void {
    const { call, statement, ask } = question;
    this.key = keyOf(call);
    this.asking = Promise.resolve({ statement, ask });
    this.found = question;
    this.records.push(...records.filter((record) => keyOf(record.call) === this.key));
  }

  /** The caller has not heard what would be done: the model must not think so. */
  withdraw(): void {
    const { found } = this;
    if (found === undefined) return;
    this.found = undefined;
    const message = `${found.statement} ${found.ask}`;
    const content = JSON.stringify({ ok: false, code: 'confirmation_required', message, note: UNHEARD });
    for (const record of this.records) record.content = content;
  }
}
