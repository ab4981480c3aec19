// The tool calls of one reply: run in parallel, asked about first when they change something, and never left without an
// answer in the context, whatever happens to the reply.
import type { ToolCall } from '../llm/llm.port.js';
import type { Caller, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import type { Clock } from './clock.port.js';
import type { ConfirmationGate } from './confirmation.js';
import type { CallRecord } from './context.js';
import type { ConversationEvent } from './conversation.port.js';

export interface ToolCallScope {
  readonly responseId: string;
  readonly sessionId: string;
  readonly caller: Caller;
  /** Names the model may call. */
  readonly allowed: readonly string[];
  /** Number and words of the turn that is being answered; a reply that answers none may not change anything. */
  readonly turn?: { readonly number: number; readonly text: string };
  /** Aborts when the reply is interrupted: stops what only reads. */
  readonly signal: AbortSignal;
  /** Resolves when the reply is no longer a draft: nothing that changes something begins before. */
  readonly released: Promise<void>;
  emit(event: ConversationEvent): void;
}

const outcomeJson = (outcome: ToolOutcome): string =>
  JSON.stringify(outcome.ok ? { ok: true, data: outcome.data } : outcome);

const refused = (code: 'unknown_tool' | 'failed', message: string): ToolOutcome => ({ ok: false, code, message });

export class ToolCalls {
  /** Side effects that are still running, of this and earlier replies. */
  private readonly writes = new Set<Promise<void>>();

  constructor(
    private readonly runner: ToolRunner,
    private readonly gate: ConfirmationGate,
    private readonly clock: Clock,
  ) {}

  /** Starts a call. `done` never rejects; `record.content` is filled before it resolves. */
  start(call: ToolCall, scope: ToolCallScope): { record: CallRecord; done: Promise<void> } {
    const record: CallRecord = { call, content: '' };
    const done = this.run(record, scope);
    if (this.runner.effect(call.name) === 'write') {
      this.writes.add(done);
      void done.finally(() => this.writes.delete(done));
    }
    return { record, done };
  }

  /** A call that will not be run: it is answered at once. */
  refuse(call: ToolCall, message: string): CallRecord {
    return { call, content: outcomeJson(refused('failed', message)) };
  }

  /** What the caller has heard of the answer to a turn. */
  heard(text: string, turn: number): void {
    this.gate.heard(text, turn);
  }

  /** Resolves when no side effect is running any more. Each is bounded by its tool's timeout. */
  async settled(): Promise<void> {
    await Promise.all(this.writes);
  }

  private async run(record: CallRecord, scope: ToolCallScope): Promise<void> {
    const { call } = record;
    const began = this.clock.now();
    const base = { callId: call.id, responseId: scope.responseId, name: call.name };
    scope.emit({ type: 'tool.started', ...base, arguments: parsed(call.arguments) });
    const outcome = await this.outcomeOf(call, scope).catch(
      // The runner promises not to throw; a bug in a tool must still end as an answer.
      (): ToolOutcome => refused('failed', 'Something went wrong with that. Please try again.'),
    );
    record.content = outcomeJson(outcome);
    const durationMs = this.clock.now() - began;
    if (outcome.ok) {
      const artifacts = outcome.artifacts ?? [];
      scope.emit({
        type: 'tool.finished',
        ...base,
        ok: true,
        durationMs,
        ...(artifacts.length > 0 ? { artifacts } : {}),
      });
    } else {
      scope.emit({
        type: 'tool.finished',
        ...base,
        ok: false,
        code: outcome.code,
        message: outcome.message,
        durationMs,
      });
    }
  }

  private async outcomeOf(call: ToolCall, scope: ToolCallScope): Promise<ToolOutcome> {
    if (!scope.allowed.includes(call.name)) return refused('unknown_tool', 'I cannot do that.');
    const { caller, sessionId, signal } = scope;
    if (this.runner.effect(call.name) === 'read') {
      return await untilAborted(this.runner.run(call, { caller, sessionId, signal }), signal);
    }
    return await this.write(call, scope);
  }

  private async write(call: ToolCall, scope: ToolCallScope): Promise<ToolOutcome> {
    const { caller, sessionId, signal, turn } = scope;
    const draft = await untilAborted(scope.released, signal);
    if (draft !== undefined) return draft;
    if (turn !== undefined && !signal.aborted && this.gate.grants(call, turn.number, turn.text)) {
      // From here on it runs to its end: its own timeout bounds it, an interruption does not.
      return await this.runner.run(call, { caller, sessionId, signal: new AbortController().signal });
    }
    const asked = await untilAborted(this.runner.readBack(call, { caller, sessionId, signal }), signal);
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

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
