// Links that open a recording for a while, for whoever has them.
import type { RecordingRow } from '../database/recordings/recording-book.port.js';

export interface RecordingLink {
  /** The path on this server, with its proof in the query. */
  readonly path: string;
  readonly expiresAt: Date;
}

export interface RecordingLinks {
  /** Undefined where nothing can be signed: then the owner's token is the only way to it. */
  linkTo(recording: Pick<RecordingRow, 'file'>): RecordingLink | undefined;
}

/** Nest injection token of the RecordingLinks. */
export const RECORDING_LINKS = Symbol('RecordingLinks');
