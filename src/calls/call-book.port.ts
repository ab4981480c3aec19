// Where it is written down that a call was asked for: before anything is done about it, whatever comes of it.
import type { PrivacyLevel } from './privacy.port.js';
import type { CallFault, CallRoute } from '../database/calls/call-record.port.js';

/** A call that somebody asks for. */
export interface AskedCall {
  /** The call's `call_sid`. */
  readonly sessionId: string;
  readonly userId: string;
  readonly agent: string;
  readonly route: CallRoute;
  /** Of its agent; `standard` when absent. */
  readonly privacy?: PrivacyLevel;
}

/** Why a call that was asked for did not begin. */
export interface NotBegun {
  readonly status: 'refused' | 'failed' | 'canceled';
  readonly error?: CallFault;
}

export interface CallBook {
  /**
   * Writes the call's row. Resolves when that would survive the end of this process, or after a moment on a disk that does
   * not answer: then it is in memory only, which is counted and told. Never rejects.
   */
  asked(call: AskedCall): Promise<void>;
  notBegun(call: AskedCall, why: NotBegun): void;
}
