import { isEnd, mayBecome } from '../database/calls/call-status.port.js';
import type { CallStatus } from '../database/calls/call-status.port.js';
import type { CallFault } from '../database/calls/call-record.port.js';
import type { CallStore } from '../database/calls/call-store.port.js';
import { DataError } from '../database/data.port.js';
import type { KeptAnswer, OpenOutbound, OutboundBook } from '../database/outbound/outbound-book.port.js';
import { idOf } from '../calls/event-id.js';
import { PeriodicTask } from '../queue/periodic-task.js';
import { dialled, NOT_DIALLED, notYet } from './answers.js';
import { DialError } from './dialler.port.js';
import type { Dialler, VendorCall, VendorIds } from './dialler.port.js';
import { withinSecond } from './whole-seconds.js';

export interface ReconcileTiming {
  /** Between two looks for calls that are due, ms. */
  readonly pollMs: number;
  /** When a call is looked at for the first time, and between two looks at it, ms. */
  readonly checkMs: number;
  /** How long a vendor that knows of no such call may still come to know of it, ms. */
  readonly absentMs: number;
  /** How long a vendor may say that a telephone is about to ring, or rings, before nobody believes it, ms. */
  readonly ringMs: number;
  /** The same of people who talk, ms. */
  readonly talkMs: number;
  /** How long a vendor may be away before nobody will ever know, ms. */
  readonly awayMs: number;
}

export interface ReconcileDeps {
  readonly book: OutboundBook;
  readonly calls: Pick<CallStore, 'findCall'>;
  readonly dialler: Dialler;
  readonly identify: (callSid: string, ids: VendorIds) => Promise<void>;
  readonly log: { warn(line: object): void };
  readonly timing: ReconcileTiming;
}

/** Looked at in one go. */
const MOST = 20;
/** Longest look-up, ms. */
const TIMEOUT_MS = 5_000;

/**
 * Looks after placed calls that have not ended, and requests that have no answer: what got lost between us and the vendor (an
 * answer, a webhook, a process) is asked for. Never dials. Every process does this; the database gives each call to one of them
 * at a time.
 */
export class Reconcile {
  private readonly rounds: PeriodicTask;

  constructor(private readonly deps: ReconcileDeps) {
    this.rounds = new PeriodicTask({
      go: () => this.look(),
      everyMs: deps.timing.pollMs,
      onFailed: (error) => deps.log.warn({ msg: 'placed calls are not looked after', err: error }),
    });
  }

  start(): void {
    this.rounds.start(0);
  }

  /** Resolves when nothing is being looked at any more. */
  close(): Promise<void> {
    return this.rounds.close();
  }

  private async look(): Promise<void> {
    const due = await this.deps.book.claim(this.deps.timing.checkMs, MOST);
    for (const call of due) if (!this.rounds.isClosed) await this.lookAfter(call);
  }

  private async lookAfter(call: OpenOutbound): Promise<void> {
    // Its process was killed before it had answered, and the vendor's webhook was quicker.
    if (isEnd(call.status)) return this.answer(call, answerOfEnded(call));
    if (call.status === 'created') {
      // Nobody may dial it any more, whoever has it: `dialing` comes from `created` alone.
      const problem = { code: 'not_dialled', message: 'The server stopped before anybody was dialled.' };
      await this.end(call, 'failed', problem, NOT_DIALLED(call.callSid));
      return;
    }
    // Of a vendor that is not configured any more nobody will hear.
    if (call.provider !== this.deps.dialler.provider) return this.giveUpAfter(call, 0);
    try {
      const found = await this.own(call, await this.deps.dialler.find(call));
      if (found === undefined) await this.giveUpAfter(call, this.deps.timing.absentMs);
      else await this.becomes(call, found);
    } catch (error) {
      if (error instanceof DataError) throw error;
      // One call about which something is wrong, such as an id that another one has, must not keep us from the others.
      const why = error instanceof DialError ? { why: error.message } : { err: error };
      this.deps.log.warn({ msg: 'a placed call cannot be looked up', callSid: call.callSid, ...why });
      await this.giveUpAfter(call, this.deps.timing.awayMs);
    }
  }

  /** The first that is not known to be another call of ours. */
  private async own({ callSid }: OpenOutbound, found: readonly VendorCall[]): Promise<VendorCall | undefined> {
    for (const candidate of found) {
      const owners = candidate.externalIds.map(({ source, id: externalId }) =>
        this.deps.calls.findCall({ source, externalId }, AbortSignal.timeout(TIMEOUT_MS)),
      );
      const others = (await Promise.all(owners)).filter((owner) => owner !== undefined && owner.callSid !== callSid);
      if (others.length === 0) return candidate;
    }
    return undefined;
  }

  private async becomes(call: OpenOutbound, found: VendorCall): Promise<void> {
    const { callSid } = call;
    await this.deps.identify(callSid, found);
    if (!call.isAnswered) await this.answer(call, dialled(callSid, call.to, found));
    const {
      status,
      endedAt,
      durationMs,
      error,
      eventId: id = idOf('reconciled', callSid, call.status, status),
    } = found;
    if (status === call.status || !mayBecome(call.status, status)) {
      const { ringMs, talkMs } = this.deps.timing;
      // It would take the place of others for good.
      return this.giveUpAfter(call, status === 'dialing' || status === 'ringing' ? ringMs : talkMs);
    }
    const end = isEnd(status) ? { reason: status, ...(durationMs === undefined ? {} : { durationMs }) } : {};
    const at = (endedAt === undefined ? new Date() : withinSecond(endedAt.getTime(), status)).toISOString();
    await this.deps.book.move(
      { id, callSid, at, status, ...end, ...(error === undefined ? {} : { error }) },
      call.status,
    );
  }

  /** `abandoned` is a guess, which whoever hears of the call later corrects. */
  private async giveUpAfter(call: OpenOutbound, ms: number): Promise<void> {
    if (Date.now() - call.placedAt.getTime() < ms) return;
    const problem = {
      code: 'outcome_unknown',
      message: `${call.provider} does not say what became of the call.`,
    };
    await this.end(call, 'abandoned', problem, notYet(call.callSid, call.to));
  }

  private async end(
    { callSid, status: from }: OpenOutbound,
    status: CallStatus,
    error: CallFault,
    answer: KeptAnswer,
  ): Promise<void> {
    const at = new Date().toISOString();
    const row = { id: idOf('reconciled', callSid, from, status), callSid, at, status, reason: error.code, error };
    await this.deps.book.end(row, from, answer);
  }

  private async answer({ callSid, isAnswered }: OpenOutbound, answer: KeptAnswer): Promise<void> {
    if (!isAnswered) await this.deps.book.answer(callSid, answer);
  }
}

/** What is known of it names it as its vendor does; where nothing is, its record says the rest. */
function answerOfEnded({ callSid, to, conversationId, externalIds }: OpenOutbound): KeptAnswer {
  if (conversationId === null && externalIds.length === 0) return notYet(callSid, to);
  return dialled(callSid, to, { externalIds, ...(conversationId === null ? {} : { conversationId }) });
}
