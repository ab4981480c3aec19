// Makes what the caller has agreed to, exactly as it was asked about, and once, over all replies and processes of a call.
import type { ToolCall } from '../llm/llm.port.js';
import type { ClientSide, Consent, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import { keyOf } from './call-arguments.js';
import type { Answer, ConfirmationGate } from './confirmation.js';
import type { CallRecord } from './context.js';
import { outcomeJson, refused, type ToolCallScope } from './tool-call-run.js';

/** Of whom, in which call, and what was said. */
export type AgreedScope = Pick<ToolCallScope, 'caller' | 'sessionId' | 'heard'>;

/** One try at what the caller has agreed to. */
interface Attempt {
  readonly number: number;
  /** Undefined when it was begun in another process, and nobody has asked yet what became of it. */
  outcome: Promise<ToolOutcome> | undefined;
  /** The side effect has begun: it can be neither taken back nor tried again. */
  begun: boolean;
}

/** Plain data. */
export interface AgreedSnapshot {
  /** Number of the question whose yes has begun a side effect, the latest. */
  readonly begun?: number;
  /** What the context was told of the latest answer; without content while the call runs. */
  readonly settled?: Readonly<CallRecord>;
}

/** The call that is made for a yes, as the context knows it. */
export const confirmedId = (number: number): string => `confirmed_${number}`;

/** Whether a call of the context was made for a yes, and not by the model. */
export const isConfirmed = ({ id }: ToolCall): boolean => /^confirmed_\d+$/.test(id);

/** Whether a record says what came of this answer. */
export const isAnswer = (record: CallRecord, answer: Answer | undefined): boolean =>
  answer !== undefined && record.call.id === confirmedId(answer.number);

const UNKNOWN: ToolOutcome = {
  ok: false,
  code: 'failed',
  message: 'Something went wrong on my side, and I do not know whether that was done. I will not do it a second time.',
};

/** It had not begun, or it is certain that it failed. */
const NOT_DONE = refused('failed', 'Something went wrong on my side before that was done. Nothing was done.');

/** A call of a process that is gone, whose result nobody has asked for: whatever came of it, it has an answer. */
export const answered = ({ call, content }: Readonly<CallRecord>): CallRecord => ({
  call,
  content: content === '' ? outcomeJson(UNKNOWN) : content,
});

export const CANCELLED: ToolOutcome = { ok: false, code: 'cancelled', message: 'That was interrupted.' };

export class AgreedCalls {
  /** What came of the latest yes. */
  private attempt: Attempt | undefined;
  /** What the context was told of the latest answer. */
  private settled: CallRecord | undefined;

  constructor(
    private readonly runner: ToolRunner,
    private readonly gate: ConfirmationGate,
    private readonly client: ClientSide,
  ) {}

  /** `record` tells the context of the latest answer. */
  tells(record: CallRecord): void {
    this.settled = record;
  }

  /** What was told of this answer already, when the model makes the same call in the reply to it. */
  toldOf(call: ToolCall, answer: Answer | undefined): string | undefined {
    if (answer === undefined || keyOf(answer.question.call) !== keyOf(call)) return undefined;
    return this.settled?.content ?? '';
  }

  /**
   * Makes the call after a yes, unless `signal` aborts before. `begun` is told right before the side effect begins. From
   * then on its own timeout bounds it, an interruption does not.
   */
  async make(answer: Answer, scope: AgreedScope, signal: AbortSignal, begun: () => void): Promise<ToolOutcome> {
    const { number, question } = answer;
    const earlier = this.attempt?.number === number ? this.attempt : undefined;
    // The same yes, said longer, while what the shorter one had started is being taken back.
    if (earlier !== undefined) {
      const outcome = await (earlier.outcome ?? this.became({ ...question.call, id: confirmedId(number) }, scope));
      if (earlier.begun) return outcome;
    }
    const attempt: Attempt = { number, outcome: Promise.resolve(CANCELLED), begun: false };
    this.attempt = attempt;
    const begin = () => {
      if (signal.aborted || !this.gate.holds(answer)) return false;
      attempt.begun = true;
      begun();
      return true;
    };
    attempt.outcome = this.run(question.call, scope, { number, begin });
    return await attempt.outcome;
  }

  /** What became of a call that a yes has begun in another process: asked of whoever keeps it, and begun by nobody. */
  async became(call: ToolCall, scope: AgreedScope): Promise<ToolOutcome> {
    const number = Number(call.id.slice(confirmedId(0).length - 1));
    const asking = this.run(call, scope, { number, begin: () => false }).then((outcome) => {
      if (outcome.ok) return outcome;
      return outcome.code === 'cancelled' ? NOT_DONE : UNKNOWN;
    });
    if (this.attempt?.number === number) this.attempt.outcome = asking;
    return await asking;
  }

  snapshot(): AgreedSnapshot {
    const { attempt, settled } = this;
    return {
      ...(attempt?.begun === true ? { begun: attempt.number } : {}),
      ...(settled === undefined ? {} : { settled: { ...settled } }),
    };
  }

  /** What was begun stays begun: the yes that led to it leads to nothing more here. */
  restore({ begun, settled }: AgreedSnapshot): void {
    this.settled = settled === undefined ? undefined : answered(settled);
    if (begun === undefined) return;
    const isKnown = settled?.call.id === confirmedId(begun) && settled.content !== '';
    const outcome = isKnown ? Promise.resolve(outcomeOf(settled.content)) : undefined;
    this.attempt = { number: begun, begun: true, outcome };
  }

  private run(call: ToolCall, scope: AgreedScope, consent: Consent): Promise<ToolOutcome> {
    const { caller, sessionId, heard } = scope;
    const { signal } = new AbortController();
    return this.runner.run(call, { caller, sessionId, heard, client: this.client, signal, consent });
  }
}

/** What the context was told, as an outcome again: it was written by `outcomeJson`. */
const outcomeOf = (content: string): ToolOutcome => JSON.parse(content) as ToolOutcome;
