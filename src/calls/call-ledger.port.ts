// Records of calls for whoever places them, takes them from a telephone or hears of them from a vendor: what a live call says
// of itself the recorder writes. Every method resolves when what it was told is kept, and rejects when it is not.
import type { CallFault, CallRoute, Said } from '../database/calls/call-record.port.js';
import type { CallStatus } from '../database/calls/call-status.port.js';

/** A call that is about to be made, or has come in. */
export interface NewCall extends CallRoute {
  /** Made by whoever opens it: a UUID. At most 100 characters. */
  readonly callSid: string;
  /** Absent for a telephone that nobody knows. */
  readonly ownerId?: string;
  readonly agent: string;
  readonly agentVersion?: string;
}

/** Why a call has become what it is. */
export interface StatusDetail {
  /** A word for programs, of an end. */
  readonly reason?: string;
  readonly error?: CallFault;
  readonly durationMs?: number;
  /** When; now when absent. */
  readonly at?: Date;
  /** A UUID; the same one again changes nothing. Made up when absent. */
  readonly id?: string;
}

/** Something that was said, as a vendor tells it. */
export interface SaidEntry extends Omit<Said, 'startedAt' | 'endedAt'> {
  /** A UUID; the same one again changes nothing. */
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
}

/** Something that happened, in the trail. `data` holds nothing that anybody has said. */
export interface LedgerEvent {
  /** A UUID; the same one again changes nothing. */
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What is told of one call is told in order, each after the one before was kept. */
export interface CallLedger {
  /** Makes the call's row, before anything happens outside. Again for the same call, it adds what was not known. */
  open(call: NewCall): Promise<void>;
  /** The call has become this; what is not true any more when it comes is kept in the trail and changes nothing. */
  move(callSid: string, status: CallStatus, detail?: StatusDetail): Promise<void>;
  /** What somebody else calls the call. RowsRefusedError when another call has the id. */
  identify(callSid: string, source: string, externalId: string): Promise<void>;
  /** The vendor's id of its conversation. RowsRefusedError when another call has it, or this one has another. */
  converse(callSid: string, conversationId: string): Promise<void>;
  say(callSid: string, entries: readonly SaidEntry[]): Promise<void>;
  note(callSid: string, events: readonly LedgerEvent[]): Promise<void>;
  /** Adds to what the call costs: amounts by currency. */
  charge(callSid: string, id: string, cost: Readonly<Record<string, number>>): Promise<void>;
}

/**
 * Nest injection token of the CallLedger that stores: what has resolved is in the database, for every worker to see. Rejects
 * with RowsRefusedError when the rows themselves are at fault, and with DataError while the database is away.
 */
export const CALL_LEDGER = Symbol('CallLedger');

/**
 * Nest injection token of the CallLedger that queues: what has resolved is on disk, survives kill -9 and minutes without a
 * database, and is stored within about a second. Rejects with NotKeptError when the disk does not take it in time. What the
 * database refuses in the end is set aside (`refused.jsonl`), so that a call should be looked up first.
 */
export const QUEUED_CALL_LEDGER = Symbol('QueuedCallLedger');

/** What was told is in memory only, or not at all: whoever told it should tell it again. */
export class NotKeptError extends Error {
  constructor() {
    super('The record of the call could not be written down in time.');
    this.name = 'NotKeptError';
  }
}
