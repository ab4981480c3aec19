// The business's data, as the tools see it: always on behalf of one caller, whose rights decide what is there.
// Who answers (the embedded database, a PostgreSQL server, Supabase) cannot be told from here.
import type { Caller } from '../../tools/tool.port.js';

/** On whose behalf, and until when. */
export interface Access {
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

export interface TransactionQuery {
  readonly clientId: number;
  /** First day, YYYY-MM-DD. */
  readonly from?: string | undefined;
  /** Last day, YYYY-MM-DD. */
  readonly to?: string | undefined;
  readonly category?: string | undefined;
  /** Most rows to list; totals cover all. */
  readonly limit: number;
}

/** Amounts are positive for money spent, negative for a refund or credit. */
export interface TransactionReport {
  readonly client: { readonly id: number; readonly name: string };
  /** First day asked for, else the day of the first transaction; null when there is neither. */
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
  readonly total: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Largest total first. */
  readonly byCategory: readonly { readonly category: string; readonly count: number; readonly total: number }[];
  /** `month` is YYYY-MM, oldest first. */
  readonly byMonth: readonly { readonly month: string; readonly count: number; readonly total: number }[];
  /** Newest first. */
  readonly transactions: readonly {
    readonly date: string;
    readonly description: string;
    readonly category: string;
    readonly amount: number;
  }[];
}

export interface DocumentHit {
  readonly title: string;
  readonly content: string;
  /** 0 to 1: how much of the question it covers. */
  readonly score: number;
}

export interface StoredArtifact {
  readonly title: string;
  readonly mediaType: string;
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

/** Every method throws a DataError and nothing else. */
export interface BusinessData {
  /** Undefined when there is no such client or the caller may not see it; nobody can tell which. */
  queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined>;
  /** Best first; empty when nothing fits. */
  searchDocuments(query: string, limit: number, access: Access): Promise<readonly DocumentHit[]>;
  storeArtifact(name: string, artifact: StoredArtifact, access: Access): Promise<void>;
  /** Undefined when there is none of that name or it is somebody else's. */
  readArtifact(name: string, access: Access): Promise<StoredArtifact | undefined>;
  /** Takes the right to send a message; `claimed` is true for one caller only, until the message is settled as failed. */
  claimMessage(message: OutgoingMessage, access: Access): Promise<{ claimed: boolean; status: OutgoingStatus }>;
  settleMessage(key: string, status: Exclude<OutgoingStatus, 'sending'>, access: Access): Promise<void>;
}

/** Nest injection token of the BusinessData. */
export const BUSINESS_DATA = Symbol('BusinessData');

export type DataErrorCode =
  | 'unavailable' // the database cannot be reached
  | 'forbidden' // it refuses this caller, for example an expired token
  | 'timeout' // it took longer than the signal or the database allowed
  | 'cancelled' // the signal was aborted
  | 'failed'; // anything else: a fault of ours or of the set-up

/** The message never holds a caller's words or a row. */
export class DataError extends Error {
  constructor(
    readonly code: DataErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DataError';
  }
}
