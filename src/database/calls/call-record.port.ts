// Records of calls: who called whom, what was said and done, how it ended. Here are the rows, and what stores them. Times are
// ISO 8601 in UTC. Rows of one call are given in their order; each is stored once, however often it is given.
import type { CallStatus } from './call-status.port.js';

interface Row {
  /** Ours, made at the door; at most 100 characters. */
  readonly callSid: string;
  readonly at: string;
}

/** Where a call comes from, or goes to. */
export interface CallRoute {
  readonly direction: 'inbound' | 'outbound';
  readonly channel: 'web' | 'phone';
  /** Of a telephone call: who calls, as `tel:` or `sip:` address. */
  readonly from?: string;
  /** Of a telephone call: who is called. */
  readonly to?: string;
}

/** The first row of a call. Again, for a call that is there, it adds what was not known yet. */
export interface CallOpenedRow extends Row, CallRoute {
  readonly type: 'opened';
  /** Absent for a telephone that nobody knows. */
  readonly ownerId?: string;
  readonly agent: string;
  readonly agentVersion?: string;
  /** Of the server that writes it. The first one stays. */
  readonly serverVersion?: string;
  /** The vendor's own id of the conversation, where it is known already. */
  readonly conversationId?: string;
}

export interface CallFault {
  /** A word for programs. */
  readonly code: string;
  readonly message: string;
}

/** The call has become this. What is no longer true when it comes is kept in the trail, as `status.late`. */
export interface CallStatusRow extends Row {
  readonly type: 'status';
  /** UUID made by the writer. */
  readonly id: string;
  readonly status: CallStatus;
  /** Why it has ended. */
  readonly reason?: string;
  readonly durationMs?: number;
  readonly error?: CallFault;
  /** Who recognises, answers and speaks. */
  readonly providers?: { readonly stt: string; readonly llm: string; readonly tts: string; readonly voice?: string };
  readonly agentVersion?: string;
  /** See CallOpenedRow. */
  readonly serverVersion?: string;
}

/** What others call the call: an id of a source (`twilio`, `sip`), or the vendor's own of the conversation. */
export interface CallIdsRow extends Row {
  readonly type: 'ids';
  readonly source?: string;
  readonly externalId?: string;
  readonly conversationId?: string;
}

/** Something that somebody said. */
export interface Said {
  readonly speaker: 'user' | 'agent' | 'person';
  /** At most 10 000 characters. */
  readonly text: string;
  /** What of it was heard, where that is known. */
  readonly heardText?: string;
  /** When it began; the row's own time when absent. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Who wrote it down; `parley` when absent. */
  readonly source?: string;
}

/** A tool was asked, or (with `ok`) has answered. */
export interface ToolUse {
  readonly toolCallId: string;
  readonly name: string;
  readonly arguments?: unknown;
  readonly ok?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly artifacts?: unknown;
  readonly sources?: unknown;
  readonly durationMs?: number;
}

/** Something that happened. The trail gets a row, and what was said or done its own beside it. */
export interface CallEventRow extends Row {
  readonly type: 'event';
  /** UUID made by the writer. */
  readonly id: string;
  /** Order within the call, where a process that has the call says it. */
  readonly seq?: number;
  /** The conversation's own name of the event, for example `turn.ended`. */
  readonly kind: string;
  readonly turnId?: string;
  readonly responseId?: string;
  readonly data?: unknown;
  readonly said?: Said;
  readonly tool?: ToolUse;
}

/** Adds to what the call has used (numbers by name) and costs (amounts by currency). */
export interface CallUsageRow extends Row {
  readonly type: 'usage';
  /** UUID made by the writer. */
  readonly id: string;
  readonly usage?: Readonly<Record<string, number>>;
  readonly cost?: Readonly<Record<string, number>>;
}

export type CallRecordRow = CallOpenedRow | CallStatusRow | CallIdsRow | CallEventRow | CallUsageRow;

/** Why a call has ended of which nobody has heard the end; any other reason, whenever it comes, is the better one. */
export const ABANDONED = 'abandoned';

export interface CallRecordSink {
  /**
   * Stores rows, all or none, each once however often it is given. Throws RowsRefusedError when the rows themselves are
   * at fault; any other error means that the same rows may be stored later.
   */
  write(rows: readonly CallRecordRow[]): Promise<void>;
}

/** The store will never take these rows. The message holds nothing of them. */
export class RowsRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RowsRefusedError';
  }
}

/** Nest injection token of the CallRecorder. */
export const CALL_RECORDER = Symbol('CallRecorder');
