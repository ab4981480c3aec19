// Who can put the caller of a telephone call through to somebody.
import type { CallTransfer } from '../conversation/transfer.port.js';

/** A call as its carrier has it. */
export interface CarrierLeg {
  readonly provider: string;
  /** The carrier's name of it. */
  readonly id: string;
  /** The number of ours that it came to, or goes out from, as the carrier writes it. */
  readonly ours: string;
}

/** Where an agent's callers may be put through to. */
export interface TransferPlan {
  readonly destinations: Readonly<
    Record<
      string,
      {
        /** E.164. */
        readonly number: string;
        readonly called: string;
        /** What the person hears first. */
        readonly says: string;
        /** Whether he is asked first; otherwise whoever answers has the caller at once. */
        readonly consult: boolean;
      }
    >
  >;
  /** How long his telephone may ring, ms. */
  readonly ringMs: number;
}

export interface TransferOrder {
  /** The call's `call_sid`. */
  readonly sessionId: string;
  readonly agent: string;
  readonly leg: CarrierLeg;
  readonly plan: TransferPlan;
  /** See CallTransfer. */
  readonly mayTell: () => boolean;
  /** Takes out of what the person is told what nobody but the caller may hear. */
  readonly redact: (text: string) => string;
}

export interface TransferLines {
  /** Undefined where nobody can put calls of this carrier through. */
  lineOf(order: TransferOrder): CallTransfer | undefined;
}

/** Nest injection token of the TransferLines; absent where there are none. */
export const TRANSFER_LINES = Symbol('TransferLines');
