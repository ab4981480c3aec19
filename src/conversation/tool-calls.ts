// The tool calls of one call: run in parallel, asked about when they change something, and never left without an answer in
// the context, whatever happens to the reply. One that takes too long goes on beside the talk.
//
// What changes something runs from one place only, `AgreedCalls`: the caller has heard what would be done and has said yes.
import { unreadable } from '../bounds/texts.port.js';
import type { ToolCall } from '../llm/llm.port.js';
import type { ClientSide, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import {
  type AgreedScope,
  AgreedCalls,
  type AgreedSnapshot,
  CANCELLED,
  confirmedId,
  isAnswer,
  isConfirmed,
} from './agreed-calls.js';
import type { Clock } from './clock.port.js';
import type { Answer, ConfirmationGate } from './confirmation.js';
import type { CallRecord } from './context.js';
import type { ReplyOptions } from './options.js';
import { outcomeJson, refused, ToolCallRun, type ToolCallScope } from './tool-call-run.js';

export interface StartedCall {
  readonly record: CallRecord;
  /** Never rejects; `record.content` is filled before it resolves. */
  readonly done: Promise<void>;
}

export interface ToolCallsDeps {
  readonly runner: ToolRunner;
  readonly gate: ConfirmationGate;
  readonly clock: Clock;
  readonly options: Pick<ReplyOptions, 'toolProgressMs' | 'detachToolMs'>;
  readonly client: ClientSide;
}

/** Plain data. */
export interface ToolCallsSnapshot extends AgreedSnapshot {
  /** Calls that run on after their reply. */
  readonly alone: readonly { readonly call: ToolCall; readonly responseId: string }[];
}

const DECLINED = refused('declined', 'The caller said no. Nothing was done.');

export class ToolCalls {
  /** Side effects that are still running, of this and earlier replies. */
  private readonly writes = new Set<Promise<void>>();
  /** Calls that no reply waits for, and the reply that began each. */
  private readonly alone = new Map<CallRecord, string>();
  private readonly agreed: AgreedCalls;
  private readonly runner: ToolRunner;
  private readonly clock: Clock;
  private readonly options: ToolCallsDeps['options'];
  private readonly client: ClientSide;
  /** Stops what only reads and no reply waits for. */
  private readonly end = new AbortController();

  /** `late` hears of the results that no reply has waited for. */
  constructor(
    { runner, gate, clock, options, client }: ToolCallsDeps,
    private readonly late: (record: CallRecord) => void,
  ) {
    this.runner = runner;
    this.clock = clock;
    this.options = options;
    this.client = client;
    this.agreed = new AgreedCalls(runner, gate, client);
  }

  /** Whether a call of this tool has to be asked about. */
  isWrite(call: ToolCall): boolean {
    return this.runner.effect(call.name) === 'write';
  }

  /** Starts a call of the model. One that changes something is not made: the caller is asked at the end of the reply. */
  start(call: ToolCall, scope: ToolCallScope): StartedCall {
    const refusal = refusalOf(call, scope.allowed);
    if (refusal !== undefined) {
      // Nobody reads such arguments again, a provider's client neither.
      const { id, name } = call;
      return this.run({ id, name, arguments: '{}' }, scope, () => Promise.resolve(refusal));
    }
    // What the caller has just answered is not asked again in the same reply.
    const told = this.agreed.toldOf(call, scope.answer);
    if (told !== undefined) return { record: { call, content: told }, done: Promise.resolve() };
    const context = this.contextOf(scope);
    if (!this.isWrite(call)) {
      return this.run(call, scope, (signal) => untilAborted(this.runner.run(call, { ...context, signal }), signal));
    }
    const record: CallRecord = { call, content: '' };
    const propose = (signal: AbortSignal) =>
      scope.question.propose(record, () => untilAborted(this.runner.readBack(call, { ...context, signal }), signal));
    // A question that comes after its reply would be asked of nobody: the reply waits for it, within the tool's own time.
    return this.run(record, scope, propose, { ...this.options, detachToolMs: 0 });
  }

  /** A call that will not be run: it is answered at once. */
  refuse(call: ToolCall, message: string): CallRecord {
    return { call, content: outcomeJson(refused('failed', message)) };
  }

  /**
   * Does what the caller has answered: makes the call after a yes, exactly as it was asked about, and once; after a no it is
   * on record as declined. `calls` is what the context is told: empty as long as the caller can take the yes back.
   */
  settle(
    answer: Answer,
    scope: ToolCallScope,
  ): { readonly calls: readonly CallRecord[]; readonly done: Promise<void> } {
    const record: CallRecord = { call: { ...answer.question.call, id: confirmedId(answer.number) }, content: '' };
    const calls: CallRecord[] = [];
    this.agreed.tells(record);
    if (answer.verdict === 'no') {
      record.content = outcomeJson(DECLINED);
      return { calls: [record], done: Promise.resolve() };
    }
    const work = async (signal: AbortSignal): Promise<ToolOutcome> => {
      const taken = await untilAborted(scope.released, signal);
      return taken ?? this.agreed.make(answer, scope, signal, () => calls.push(record));
    };
    const isLong = this.runner.holdsCaller?.(record.call.name) === true;
    const options = isLong ? { ...this.options, detachToolMs: 0 } : this.options;
    const { done } = this.run(record, scope, work, options);
    return {
      calls,
      done: done.then(() => {
        if (calls.length === 0 && !scope.signal.aborted) calls.push(record);
      }),
    };
  }

  /** Plain data: what another process has to know of them. */
  snapshot(): ToolCallsSnapshot {
    return {
      alone: [...this.alone].map(([{ call }, responseId]) => ({ call, responseId })),
      ...this.agreed.snapshot(),
    };
  }

  restore(snapshot: ToolCallsSnapshot): void {
    this.agreed.restore(snapshot);
  }

  /**
   * A call whose process is gone before it had a result: what reads is made again, of what changes something it is found
   * out what became of it.
   */
  again(record: CallRecord, scope: ToolCallScope): StartedCall {
    const { call } = record;
    if (!isAnswer(record, scope.answer)) return this.start(call, scope);
    const started = this.run(call, scope, () => this.agreed.became(call, scope), { ...this.options, detachToolMs: 0 });
    this.agreed.tells(started.record);
    return started;
  }

  /** The same for a call whose reply is over: what changes something has gone on after it, what reads has not. */
  giveAnswer(record: CallRecord, scope: AgreedScope): void {
    if (!isConfirmed(record.call)) record.content = outcomeJson(CANCELLED);
    else void this.agreed.became(record.call, scope).then((outcome) => (record.content = outcomeJson(outcome)));
  }

  /** The same for a call that ran beside the talk: its result is told when it is there. */
  againAlone(call: ToolCall, scope: Omit<ToolCallScope, 'signal'>): void {
    const work = (signal: AbortSignal) =>
      this.isWrite(call)
        ? this.agreed.became(call, scope)
        : untilAborted(this.runner.run(call, { ...this.contextOf(scope), signal }), signal);
    const { record, done } = this.run(call, { ...scope, signal: this.end.signal }, work, {
      ...this.options,
      detachToolMs: 0,
    });
    this.alone.set(record, scope.responseId);
    void done.then(() => {
      this.alone.delete(record);
      if (!this.end.signal.aborted) this.late({ call: { ...call, id: `${call.id}_late` }, content: record.content });
    });
  }

  /** The call is over. Resolves when no side effect is running any more; each is bounded by its tool's timeout. */
  async close(): Promise<void> {
    this.end.abort(new DOMException('The call has ended.', 'AbortError'));
    await Promise.all(this.writes);
  }

  private run(
    call: ToolCall | CallRecord,
    scope: ToolCallScope,
    work: (signal: AbortSignal) => Promise<ToolOutcome>,
    options = this.options,
  ): StartedCall {
    const record = 'call' in call ? call : { call, content: '' };
    const run = new ToolCallRun(record, scope, this.clock, options, this.end.signal);
    const finished = run.finish(work);
    if (this.isWrite(record.call)) {
      this.writes.add(finished);
      void finished.finally(() => this.writes.delete(finished));
    }
    void run.detached.then(() => this.alone.set(record, scope.responseId));
    void finished.then(() => {
      this.alone.delete(record);
      if (run.lateRecord !== undefined) this.late(run.lateRecord);
    });
    return { record, done: Promise.race([finished, run.detached]) };
  }

  private contextOf({ caller, sessionId, heard, released }: AgreedScope & Pick<ToolCallScope, 'released'>) {
    return { caller, sessionId, heard, client: onceReleased(this.client, released) };
  }
}

/** A client hears nothing of a draft. */
const onceReleased = (client: ClientSide, released: Promise<void>): ClientSide => ({
  call: async (name, args, timeoutMs, signal) =>
    (await untilAborted(released, signal)) ?? (await client.call(name, args, timeoutMs, signal)),
  tell: (message) =>
    void released.then(
      () => client.tell(message),
      () => undefined,
    ),
});

/** Why a call of the model is not made; its note tells the model what to do better. */
function refusalOf({ name, arguments: json, fault }: ToolCall, allowed: readonly string[]): ToolOutcome | undefined {
  const told = fault ?? (unreadable(json) ? 'The arguments were too long or nested too deep.' : undefined);
  const note = `${told ?? `There is no tool ${name}.`} Nothing was done. Call a tool again with this put right, or answer without it.`;
  if (!allowed.includes(name)) return { ...refused('unknown_tool', 'I cannot do that.'), note };
  if (told === undefined) return undefined;
  return { ...refused('invalid_arguments', 'I mixed something up there. Please say that once more.'), note };
}

/** The result, or `cancelled` as soon as the signal aborts, even when the work does not listen to it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | ToolOutcome> {
  if (signal.aborted) {
    work.catch(() => undefined); // nobody waits for it any more
    return CANCELLED;
  }
  let stop: (() => void) | undefined;
  const aborted = new Promise<ToolOutcome>((resolve) => {
    stop = () => resolve(CANCELLED);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
