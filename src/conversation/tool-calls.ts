// The tool calls of one call: run in parallel, asked about first when they change something, and never left without an
// answer in the context, whatever happens to the reply. One that takes too long goes on beside the talk.
import type { ToolCall } from '../llm/llm.port.js';
import type { ToolContext, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import type { Clock } from './clock.port.js';
import type { ConfirmationGate } from './confirmation.js';
import type { CallRecord } from './context.js';
import type { ReplyOptions } from './options.js';
import { outcomeJson, refused, ToolCallRun, type ToolCallScope } from './tool-call-run.js';

export class ToolCalls {
  /** Side effects that are still running, of this and earlier replies. */
  private readonly writes = new Set<Promise<void>>();
  /** Stops what only reads and no reply waits for. */
  private readonly end = new AbortController();

  /** `late` hears of the results that no reply has waited for. */
  constructor(
    private readonly runner: ToolRunner,
    private readonly gate: ConfirmationGate,
    private readonly clock: Clock,
    private readonly options: Pick<ReplyOptions, 'toolProgressMs' | 'detachToolMs'>,
    private readonly late: (record: CallRecord) => void,
  ) {}

  /** Starts a call. `done` never rejects; `record.content` is filled before it resolves. */
  start(call: ToolCall, scope: ToolCallScope): { record: CallRecord; done: Promise<void> } {
    const record: CallRecord = { call, content: '' };
    const run = new ToolCallRun(record, scope, this.clock, this.options, this.end.signal);
    const finished = run.finish((signal) => this.outcomeOf(call, scope, signal));
    if (this.runner.effect(call.name) === 'write') {
      this.writes.add(finished);
      void finished.finally(() => this.writes.delete(finished));
    }
    void finished.then(() => {
      if (run.lateRecord !== undefined) this.late(run.lateRecord);
    });
    return { record, done: Promise.race([finished, run.detached]) };
  }

  /** A call that will not be run: it is answered at once. */
  refuse(call: ToolCall, message: string): CallRecord {
    return { call, content: outcomeJson(refused('failed', message)) };
  }

  /** What the caller has heard of the answer to a turn. */
  heard(text: string, turn: number): void {
    this.gate.heard(text, turn);
  }

  /** The call is over. Resolves when no side effect is running any more; each is bounded by its tool's timeout. */
  async close(): Promise<void> {
    this.end.abort(new DOMException('The call has ended.', 'AbortError'));
    await Promise.all(this.writes);
  }

  private async outcomeOf(call: ToolCall, scope: ToolCallScope, signal: AbortSignal): Promise<ToolOutcome> {
    if (!scope.allowed.includes(call.name)) return refused('unknown_tool', 'I cannot do that.');
    const { caller, sessionId, turn, heard } = scope;
    const context: ToolContext = { caller, sessionId, signal, heard };
    if (this.runner.effect(call.name) === 'read') return await untilAborted(this.runner.run(call, context), signal);
    const draft = await untilAborted(scope.released, signal);
    if (draft !== undefined) return draft;
    if (turn !== undefined && !signal.aborted && this.gate.grants(call, turn.number, turn.text)) {
      // From here on it runs to its end: its own timeout bounds it, an interruption does not.
      return await this.runner.run(call, { ...context, signal: new AbortController().signal });
    }
    const asked = await untilAborted(this.runner.readBack(call, context), signal);
    if (!('question' in asked)) return asked;
    if (turn !== undefined) this.gate.ask(call, asked.question, turn.number);
    return { ok: false, code: 'confirmation_required', message: asked.question };
  }
}

/** The result, or `cancelled` as soon as the signal aborts, even when the work does not listen to it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | ToolOutcome> {
  const cancelled: ToolOutcome = { ok: false, code: 'cancelled', message: 'That was interrupted.' };
  if (signal.aborted) {
    work.catch(() => undefined); // nobody waits for it any more
    return cancelled;
  }
  let stop: (() => void) | undefined;
  const aborted = new Promise<ToolOutcome>((resolve) => {
    stop = () => resolve(cancelled);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
