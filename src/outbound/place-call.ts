import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import type { CallFault } from '../database/calls/call-record.port.js';
import type { CallStatus } from '../database/calls/call-status.port.js';
import type { KeptAnswer, OutboundBook, Placed } from '../database/outbound/outbound-book.port.js';
import { ANOTHER_REQUEST, dialled, NOT_DIALLED, notYet, refused, STILL_DIALLING, undialled } from './answers.js';
import { VENDOR_MS } from './ask-vendor.js';
import type { OutboundRequest } from './call-request.js';
import { DialError } from './dialler.port.js';
import type { Dialler, DialRequest, VendorIds } from './dialler.port.js';
import type { Budgets } from '../usage/budgets.port.js';
import { refusalOf } from './rules/index.js';
import type { DialLimits } from './rules/rule.js';

export interface PlaceCallDeps {
  readonly book: OutboundBook;
  readonly dialler: Dialler;
  readonly limits: DialLimits;
  /** What the calls of a user may cost in a day; any amount without it. */
  readonly budgets?: Pick<Budgets, 'hasLeft'> | undefined;
  /** Writes down what others call a call. Rejects when that is not kept. */
  readonly identify: (callSid: string, ids: VendorIds) => Promise<void>;
  readonly log: { warn(line: object): void };
  /** When somebody else looks after a call, ms: later than the last that its own request does about it. */
  readonly checkMs: number;
}

export interface CallOrder {
  readonly request: OutboundRequest;
  readonly agent: string;
  readonly userId: string;
  /** Idempotency-Key. */
  readonly key: string;
}

/** An answer, and whether an earlier request was given it. */
export interface OrderAnswer extends KeptAnswer {
  readonly isReplay: boolean;
}

const DAY_MS = 24 * 3_600_000;
/** Between two looks whether the first of two requests has been answered, ms. */
const LOOK_MS = 100;
/** The first one asks its vendor, and writes before and after it, ms. */
const FIRST_MS = VENDOR_MS + 3_000;

/**
 * Places a call: its row first, then the rules, then the vendor, once. Between any two steps the process may end; whoever looks
 * after the call then (reconcile.ts) finds a row that says what may have happened: `created` was not dialled, `dialing` may have
 * been. Nothing but this dials, and only whoever has moved the row from `created` to `dialing`.
 */
export class PlaceCall {
  constructor(private readonly deps: PlaceCallDeps) {}

  /** Throws DataError when nothing is written down; afterwards the answer says what is known. */
  async place({ request, agent, userId, key }: CallOrder): Promise<OrderAnswer> {
    const { book, dialler, limits, checkMs } = this.deps;
    const { to, zones, digest, language } = request;
    const callSid = randomUUID();
    const { provider, from } = dialler;
    const wanted = {
      callSid,
      ownerId: userId,
      agent,
      to,
      provider,
      key,
      digest,
      ...(from === undefined ? {} : { from }),
    };
    const now = new Date();
    const placed = await book.place(wanted, { since: new Date(now.getTime() - DAY_MS), checkMs });
    if (!placed.isNew) return this.again(placed);
    const hasBudget = (await this.deps.budgets?.hasLeft({ userId, isPrivate: false })) ?? true;
    const refusal = refusalOf({ ...placed, now, zones, hasBudget }, limits);
    if (refusal !== undefined) {
      const { rule, message } = refusal;
      return this.end(failing(callSid, 'refused', { code: rule, message }), 'created', refused(callSid, refusal));
    }
    // Somebody may have given it up by now, if this process stood still.
    const isOurs = await book.move({ ...moved(callSid), status: 'dialing' }, 'created');
    if (!isOurs) return this.answer(callSid, NOT_DIALLED(callSid));
    const call = { to, agent, userId, ...(language === undefined ? {} : { language }) };
    return this.dial(callSid, call);
  }

  private async dial(callSid: string, call: Omit<DialRequest, 'callSid'>): Promise<OrderAnswer> {
    const { dialler, log } = this.deps;
    let ids: VendorIds;
    try {
      ids = await dialler.dial({ callSid, ...call });
    } catch (error) {
      const fault =
        error instanceof DialError ? error : new DialError('unanswered', 'The server failed.', { cause: error });
      log.warn({ msg: 'a call was not placed, or nobody knows', callSid, fault: fault.fault, why: fault.message });
      if (fault.fault === 'unanswered') return this.answer(callSid, notYet(callSid, call.to));
      // A webhook may have been quicker, and know more.
      const problem = { code: `provider_${fault.fault}`, message: fault.message };
      return this.end(failing(callSid, 'failed', problem), 'dialing', undialled(callSid, problem, fault.fault));
    }
    try {
      await this.deps.identify(callSid, ids);
    } catch (error) {
      // The call goes on; whoever looks after it finds the ids again.
      log.warn({ msg: 'the ids of a placed call were not kept', callSid, err: error });
    }
    return this.answer(callSid, dialled(callSid, call.to, ids));
  }

  /** An end, and what is answered, in one. Somebody else may have ended the call otherwise: then it is still answered. */
  private async end(row: ReturnType<typeof failing>, from: CallStatus, answer: KeptAnswer): Promise<OrderAnswer> {
    const kept = await this.deps.book.end(row, from, answer);
    return kept === undefined ? this.answer(row.callSid, answer) : { ...kept, isReplay: false };
  }

  /** What was done is done: a database that is away now must not make it look otherwise. */
  private async answer(callSid: string, answer: KeptAnswer): Promise<OrderAnswer> {
    try {
      return { ...(await this.deps.book.answer(callSid, answer)), isReplay: false };
    } catch (error) {
      this.deps.log.warn({ msg: 'the answer to a request was not kept', callSid, err: error });
      return { ...answer, isReplay: false };
    }
  }

  /** A request that was here before is answered as it was then. */
  private async again({ callSid, isSame, answer }: Extract<Placed, { isNew: false }>): Promise<OrderAnswer> {
    if (!isSame) return { ...ANOTHER_REQUEST(callSid), isReplay: false };
    let known = answer;
    for (let waited = 0; known === null && waited < FIRST_MS; waited += LOOK_MS) {
      await pass(LOOK_MS);
      known = await this.deps.book.answerOf(callSid);
    }
    return known === null ? { ...STILL_DIALLING(callSid), isReplay: false } : { ...known, isReplay: true };
  }
}

const moved = (callSid: string) => ({ id: randomUUID(), callSid, at: new Date().toISOString() });

const failing = (callSid: string, status: CallStatus, error: CallFault) => ({
  ...moved(callSid),
  status,
  reason: error.code,
  error,
});
