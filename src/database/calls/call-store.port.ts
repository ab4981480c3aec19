// What calls leave behind: their records, the files that tools made in them, and which side effects were caused. All
// workers of a server see the same store; what belongs to a caller is reached with his own rights.
import type { CallRecordSink, CallRoute } from './call-record.port.js';
import type { CallStatus } from './call-status.port.js';
import type { Access } from '../data.port.js';

/** Something that a tool made for its caller to open. */
export interface StoredArtifact {
  readonly title: string;
  /** MIME type. */
  readonly mediaType: string;
  /** At most 2 MiB. */
  readonly bytes: Uint8Array;
}

/** One run of a tool that changes something. */
export interface SideEffect {
  /** Names it: the same key runs once. */
  readonly key: string;
  readonly callId: string;
  readonly tool: string;
}

/**
 * How an effect stands. `running` is also what a worker leaves that was killed in the middle of one: whoever finds it
 * cannot know whether it happened. `outcome` is what the tool had answered, as JSON, when it was small enough to keep.
 */
export type EffectClaim =
  | { readonly claimed: true }
  | {
      readonly claimed: false;
      readonly status: 'running' | 'done' | 'unknown';
      readonly outcome?: unknown;
    };

/** `done`: it happened. `failed`: it certainly did not, and may be claimed again. `unknown`: nobody can say. */
export type EffectResult = 'done' | 'failed' | 'unknown';

/** What somebody knows of a call. */
export type CallRef =
  | { readonly callSid: string }
  | { readonly conversationId: string }
  | { readonly source: string; readonly externalId: string };

/** A call as its record has it. */
export interface FoundCall extends CallRoute {
  readonly callSid: string;
  /** Null until the vendor has said it. */
  readonly conversationId: string | null;
  readonly ownerId: string | null;
  readonly agent: string;
  readonly status: CallStatus;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export interface SaidText {
  readonly speaker: 'user' | 'agent' | 'person';
  readonly text: string;
}

/** How many rows of a caller were erased. */
export interface Erased {
  readonly calls: number;
  readonly artifacts: number;
  readonly mails: number;
  readonly sideEffects: number;
}

/** Every method but `write` throws a DataError and nothing else. */
export interface CallStore extends CallRecordSink {
  /** With the server's rights. Undefined when there is none. */
  findCall(ref: CallRef, signal: AbortSignal): Promise<FoundCall | undefined>;
  /** What one source has told of what was said in a call, in the order of its times, 10 000 entries at most. */
  saidBy(source: string, callSid: string, signal: AbortSignal): Promise<readonly SaidText[]>;
  /** Erases all that calls have left of a caller; rows of it that still wait somewhere are not stored any more. */
  eraseCaller(userId: string): Promise<Erased>;
  /** Erases calls that began before, the oldest first, `most` of them at most. Returns how many. */
  expireCalls(before: Date, most: number): Promise<number>;
  storeArtifact(name: string, artifact: StoredArtifact, access: Access): Promise<void>;
  /** Undefined when there is none of that name or it is somebody else's. */
  readArtifact(name: string, access: Access): Promise<StoredArtifact | undefined>;
  /** The same with the server's rights, whoever owns it: for a link whose signature the server has checked. */
  readLinkedArtifact(name: string, signal: AbortSignal): Promise<StoredArtifact | undefined>;
  /** Takes the right to cause a side effect: for exactly one asker, on whatever worker, until it is settled as failed. */
  claimEffect(effect: SideEffect, access: Access): Promise<EffectClaim>;
  /** Says how it went, once. `outcome` is kept when its JSON has at most 20 000 characters. */
  settleEffect(key: string, result: EffectResult, outcome: object | undefined, access: Access): Promise<void>;
}

/** Nest injection token of the CallStore. */
export const CALL_STORE = Symbol('CallStore');
