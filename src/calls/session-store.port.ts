// Where processes share the calls that may have to go on in another one of them. Owns what is kept of a call, and who owns it.
import type { CallRoute } from '../database/calls/call-record.port.js';
import type { CallRequest } from './call.port.js';
import type { NumberedEvent } from './line.port.js';

/** A call as another process could go on with it. JSON; holds what caller and agent have said, and no access token. */
export interface StoredCall {
  readonly version: 1;
  readonly request: Omit<CallRequest, 'caller' | 'sessionId'> & { readonly agent: string };
  /** See Conversation.snapshot. */
  readonly snapshot: unknown;
  /** Of the latest event. */
  readonly seq: number;
  /** Those that can be told again. */
  readonly events: readonly NumberedEvent[];
  /** The latest that cannot; 0 when there is none. */
  readonly forgottenSeq: number;
  /** Audio of the microphone whose words are in the snapshot, or were nobody's, bytes. */
  readonly securedBytes: number;
  /** See Call.lastClientSeq. */
  readonly clientSeq: number;
  /** ms since 1970. */
  readonly startedAt: number;
  /** What it has cost so far, in the currency of the prices. */
  readonly spent?: number;
}

/** Who may resume a call. */
export interface ResumeRights {
  readonly userId: string;
  /** SHA-256 of the tokens that are valid, base64url. */
  readonly tokenHashes: readonly string[];
}

/** What of a call may be read before one owns it. */
export interface StoredRights extends ResumeRights {
  /** Undefined when the call was handed over, and nobody owns it. */
  readonly owner: string | undefined;
  /** Whether the owner is another process that could be asked for it; one that was killed is not. */
  readonly ownerListens: boolean;
  readonly fence: number;
  /** When this was so, ms by the store's clock: a claim that reaches the store much later is none. */
  readonly seenAt: number;
}

/**
 * The right to write a call. Each claim has a higher fence than the one before, and whoever holds a lower one has lost the
 * call: two processes never go on with one call.
 */
export interface Lease {
  readonly sessionId: string;
  readonly fence: number;
}

/** What is known of a call whose process is gone, and whose client did not come back. Holds nothing that anybody has said. */
export interface LostCall {
  readonly sessionId: string;
  readonly userId: string;
  readonly agent: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** When its process last wrote it down, ms since 1970. */
  readonly seenAt: number;
  /** How it came here; over the web when absent. */
  readonly route?: CallRoute;
}

/** `lost`: another process owns the call; `away`: the store did not answer in time, and the call is still this one's. */
export type SaveResult = 'saved' | 'lost' | 'away';

/** Nothing here rejects, or takes longer than its deadline: a store that is away costs a call its way out, not its life. */
export interface SessionStore {
  /** What owners are known by; other processes reach this one by it. */
  readonly owner: string;
  /** The lease of a call that begins here; nothing is stored before the first `save`. */
  create(sessionId: string): Lease;
  /** Keeps the call for `ttlMs`; one that nobody keeps again by then is `overdue`. */
  save(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult>;
  /** The same for the last time: whoever claims the call next need not ask for it. */
  free(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult>;
  /** The call is over. */
  remove(lease: Lease): Promise<void>;
  /** Undefined for a call that is not there, and when the store is away. */
  rights(sessionId: string): Promise<StoredRights | undefined>;
  /**
   * Takes the call over from whoever was seen to have it, and keeps with it by which tokens it is resumed from now on;
   * undefined when somebody else was faster, or the store is away.
   */
  claim(
    sessionId: string,
    seen: Pick<StoredRights, 'fence' | 'seenAt'>,
    tokenHashes: readonly string[],
  ): Promise<{ readonly lease: Lease; readonly call: StoredCall } | undefined>;
  /** Calls that nobody has kept in time, some of them when there are many; undefined when the store is away. */
  overdue(): Promise<readonly string[] | undefined>;
  /**
   * Ends an overdue call for every process, its own too. One asker gets it, and has to `remove` it once that is written down;
   * another one gets it when he has not done so within a minute. Undefined for everybody else, and when it is not overdue.
   */
  bury(sessionId: string): Promise<{ readonly lease: Lease; readonly call: LostCall } | undefined>;
  /**
   * Asks the owner to free the call. Resolves when it has, when nobody is there to do it, and after `waitMs`.
   */
  askFor(sessionId: string, owner: string, waitMs: number): Promise<void>;
  /** `free` is called when another process asks for a call of this one; it resolves when that is done. */
  onAsked(free: (sessionId: string) => Promise<void>): void;
  /** Nobody is asked any more, and nobody asks. */
  close(): void;
}

/** Nest injection token of the SessionStore; undefined where processes share nothing (no REDIS_URL). */
export const SESSION_STORE = Symbol('SessionStore');
