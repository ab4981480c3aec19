// What is known of recordings of calls; the files lie in a folder of the server's. Every method throws a DataError and nothing
// else.
import type { Access } from '../data.port.js';

export interface RecordingRow {
  readonly callSid: string;
  /** Its name in the folder. */
  readonly file: string;
  readonly mediaType: string;
  /** Of its first sample. */
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly bytes: number;
  /** Of the file, in hexadecimal. */
  readonly sha512: string;
}

export interface RecordingBook {
  /** Undefined when there is none, or the call is somebody else's. */
  read(callSid: string, access: Access): Promise<RecordingRow | undefined>;
  /** Which of these calls were erased. */
  erasedAmong(callSids: readonly string[]): Promise<readonly string[]>;
  /** Forgets those that began before; returns how many. */
  expire(before: Date): Promise<number>;
}

/** Nest injection token of the RecordingBook. */
export const RECORDING_BOOK = Symbol('RecordingBook');
