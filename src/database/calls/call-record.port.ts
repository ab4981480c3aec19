// Records of calls: who called whom and what was said and done. Here are the rows, and what stores them.

/** One call; the first row of it. Times are ISO 8601 in UTC. */
export interface CallStartedRow {
  readonly type: 'started';
  readonly callId: string;
  readonly ownerId: string;
  readonly agent: string;
  /** Absent when whoever writes this does not know. */
  readonly providers?: { readonly stt: string; readonly llm: string; readonly tts: string };
  readonly at: string;
}

/** Something that was said or done. */
export interface CallEventRow {
  readonly type: 'event';
  /** Made by the writer: a row that arrives twice is stored once. */
  readonly id: string;
  readonly callId: string;
  /** Order within the call. */
  readonly seq: number;
  readonly at: string;
  /** The conversation's own name of the event, for example `turn.ended`. */
  readonly kind: string;
  readonly text?: string;
  readonly data?: unknown;
}

/** Why a call has ended of which nobody has heard the end; any other reason, whenever it comes, is the better one. */
export const ABANDONED = 'abandoned';

export interface CallEndedRow {
  readonly type: 'ended';
  readonly callId: string;
  readonly at: string;
  readonly reason: string;
  readonly durationMs: number;
}

export type CallRecordRow = CallStartedRow | CallEventRow | CallEndedRow;

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
