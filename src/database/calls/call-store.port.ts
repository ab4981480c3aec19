// What calls leave behind: their records, the files that tools made in them, and what was sent out. All workers of a
// server see the same store; what belongs to a caller is reached with his own rights.
import type { CallRecordSink } from '../../calls/call-record.port.js';
import type { Access } from '../data.port.js';

/** Something that a tool made for its caller to open. */
export interface StoredArtifact {
  readonly title: string;
  /** MIME type. */
  readonly mediaType: string;
  /** At most 2 MiB. */
  readonly bytes: Uint8Array;
}

export interface OutgoingMessage {
  /** Names one sending: the same key is never sent twice. */
  readonly key: string;
  readonly kind: 'email';
  readonly recipient: string;
  readonly subject: string;
  readonly clientId: number;
}

export type OutgoingStatus = 'sending' | 'sent' | 'failed' | 'unknown';

/** Every method but `write` throws a DataError and nothing else. */
export interface CallStore extends CallRecordSink {
  storeArtifact(name: string, artifact: StoredArtifact, access: Access): Promise<void>;
  /** Undefined when there is none of that name or it is somebody else's. */
  readArtifact(name: string, access: Access): Promise<StoredArtifact | undefined>;
  /** Takes the right to send a message; `claimed` is true for one caller only, until the message is settled as failed. */
  claimMessage(message: OutgoingMessage, access: Access): Promise<{ claimed: boolean; status: OutgoingStatus }>;
  settleMessage(key: string, status: Exclude<OutgoingStatus, 'sending'>, access: Access): Promise<void>;
}

/** Nest injection token of the CallStore. */
export const CALL_STORE = Symbol('CallStore');
