// Who places calls: one port, a folder for each vendor. A dialler asks its vendor once; whether somebody may be called at all,
// and what is written down of it, is decided before and around it.
import type { CallFault } from '../database/calls/call-record.port.js';
import type { CallStatus } from '../database/calls/call-status.port.js';

export interface DialRequest {
  /** Ours: whatever the vendor tells of the call carries it. */
  readonly callSid: string;
  /** E.164. */
  readonly to: string;
  readonly agent: string;
  /** The callee's, BCP-47, where whoever asks for the call has said it. */
  readonly language?: string;
  readonly userId: string;
}

/** What others call the call. */
export interface VendorIds {
  readonly externalIds: readonly { readonly source: string; readonly id: string }[];
  readonly conversationId?: string;
}

/**
 * Why there is no call, or no word of one. `unanswered`: the request may have arrived, so that nobody knows whether it rings
 * somewhere. After the others it certainly does not: `refused` by the vendor, which has too much to do (`busy`), or
 * `unreachable`.
 */
export type DialFault = 'refused' | 'busy' | 'unreachable' | 'unanswered';

export class DialError extends Error {
  /** Of an answer that says no: its HTTP status. */
  readonly status: number | undefined;
  /** The vendor's own code of the fault, where the answer has one: Twilio's are numbers. */
  readonly code: string | undefined;

  /** `message` is for the operator and the record, and holds nothing that is secret. */
  constructor(
    readonly fault: DialFault,
    message: string,
    { status, code, ...options }: ErrorOptions & { readonly status?: number; readonly code?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = 'DialError';
    this.status = status;
    this.code = code;
  }
}

/** A call that may have been placed. */
export interface Sought {
  readonly callSid: string;
  /** E.164. */
  readonly to: string;
  readonly placedAt: Date;
  readonly conversationId: string | null;
  readonly externalIds: VendorIds['externalIds'];
}

/** A call as its vendor has it. */
export interface VendorCall extends VendorIds {
  readonly status: CallStatus;
  /** The UUID under which a webhook of the vendor's tells that it has become this: whoever is first writes it down. */
  readonly eventId?: string;
  /** Of an end, in whole seconds. */
  readonly endedAt?: Date;
  readonly durationMs?: number;
  readonly error?: CallFault;
}

export interface Dialler {
  readonly provider: string;
  /** Our number in the record, as `tel:`; absent where only the vendor knows it. */
  readonly from: string | undefined;
  /** Places the call, once: never tries again by itself. Throws a DialError, within 15 s. */
  dial(request: DialRequest): Promise<VendorIds>;
  /**
   * What the vendor has that may be this call, the likeliest first; nothing when it knows of none. More than one where the
   * vendor cannot be asked by an id of ours. Throws a DialError when it cannot be asked, within 15 s.
   */
  find(sought: Sought): Promise<readonly VendorCall[]>;
  close(): Promise<void>;
}

/** Nest injection token of the Dialler; undefined where nobody is dialled. */
export const DIALLER = Symbol('Dialler');
