// Calls that are placed, beside their records: which request asked for which, what it was answered, and who looks after a
// call whose end nobody has told. All workers of a server see the same.
import type { CallStatusRow } from '../calls/call-record.port.js';
import type { CallStatus } from '../calls/call-status.port.js';

/** What a request was answered, word for word. */
export interface KeptAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A call that is asked for. */
export interface WantedCall {
  /** Made by whoever asks: a UUID. */
  readonly callSid: string;
  readonly ownerId: string;
  readonly agent: string;
  /** As `tel:`, for the record. */
  readonly from?: string;
  /** E.164. */
  readonly to: string;
  readonly provider: string;
  /** Of the owner's; the same one is placed once. */
  readonly key: string;
  /** Of what was asked for. */
  readonly digest: string;
}

/** What rules have to know of a callee, and of the other calls, as it was before this one. */
export interface DialCounts {
  readonly isListed: boolean;
  /** Calls to this number that no rule refused, since the time that was asked for. */
  readonly attempts: number;
  /** Placed calls that have not ended. */
  readonly open: number;
  /** Those of them that go to this number. */
  readonly openToCallee: number;
}

export type Placed =
  | ({ readonly isNew: true; readonly callSid: string } & DialCounts)
  | {
      readonly isNew: false;
      readonly callSid: string;
      /** Whether the request asks for what the first one asked for. */
      readonly isSame: boolean;
      readonly answer: KeptAnswer | null;
    };

/** A placed call that has not ended, or whose request has no answer, as it stands. */
export interface OpenOutbound {
  readonly callSid: string;
  readonly provider: string;
  /** E.164. */
  readonly to: string;
  readonly placedAt: Date;
  readonly status: CallStatus;
  readonly conversationId: string | null;
  readonly externalIds: readonly { readonly source: string; readonly id: string }[];
  readonly isAnswered: boolean;
}

export interface PlaceOptions {
  /** From when on attempts count. */
  readonly since: Date;
  /** When somebody looks after the call, unless it has ended by then, ms from now. */
  readonly checkMs: number;
}

/** Every method throws a DataError and nothing else. What has resolved survives the end of any process. */
export interface OutboundBook {
  /** Makes the call's row (`created`), before anything happens outside; or finds the one that this key has made. */
  place(call: WantedCall, options: PlaceOptions): Promise<Placed>;
  /** The call has become this, if it still is `from`: of two who would move it, one does. */
  move(row: Omit<CallStatusRow, 'type'>, from: CallStatus): Promise<boolean>;
  /**
   * The same for an end, with what the request is answered when it has no answer yet: both are kept, or neither. Resolves with
   * the first answer, which is the one that counts; undefined when the call is no longer `from`.
   */
  end(row: Omit<CallStatusRow, 'type'>, from: CallStatus, answer: KeptAnswer): Promise<KeptAnswer | undefined>;
  /** Keeps what the request is answered. Resolves with the first answer, which is the one that counts. */
  answer(callSid: string, answer: KeptAnswer): Promise<KeptAnswer>;
  answerOf(callSid: string): Promise<KeptAnswer | null>;
  /** Calls to look after, for this asker alone until `againMs` have passed, the longest due first. */
  claim(againMs: number, most: number): Promise<readonly OpenOutbound[]>;
}

/** Nest injection token of the OutboundBook. */
export const OUTBOUND_BOOK = Symbol('OutboundBook');
