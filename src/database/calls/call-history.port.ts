// Calls as they are read afterwards. Whose calls a caller may read, his rights decide: his own, and all for admins.
import type { Access } from '../data.port.js';
import type { CallFault } from './call-record.port.js';
import type { CallStatus } from './call-status.port.js';

export interface CallSummary {
  readonly callSid: string;
  readonly conversationId: string | null;
  /** Null for a telephone that nobody knows. */
  readonly user: string | null;
  readonly direction: 'inbound' | 'outbound';
  readonly channel: 'web' | 'phone';
  readonly from: string | null;
  readonly to: string | null;
  readonly agent: string;
  readonly agentVersion: string | null;
  /** Of the server in which it began; null for older calls. */
  readonly serverVersion: string | null;
  readonly status: CallStatus;
  readonly startedAt: Date;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  readonly durationMs: number | null;
  readonly error: CallFault | null;
  readonly providers: Readonly<Record<string, string>> | null;
  /** Numbers by name. */
  readonly usage: Readonly<Record<string, number>> | null;
  /** Amounts by currency. */
  readonly cost: Readonly<Record<string, number>> | null;
}

export interface TranscriptEntry {
  readonly id: string;
  readonly speaker: 'user' | 'agent' | 'person';
  readonly text: string;
  readonly heardText: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly turnId: string | null;
  readonly responseId: string | null;
  readonly source: string;
}

export interface RecordedTool {
  readonly toolCallId: string;
  readonly name: string;
  readonly arguments: unknown;
  readonly ok: boolean | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly artifacts: unknown;
  readonly sources: unknown;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly durationMs: number | null;
  readonly turnId: string | null;
  readonly responseId: string | null;
}

export interface TrailEvent {
  readonly id: string;
  readonly seq: number | null;
  readonly at: Date;
  readonly kind: string;
  readonly turnId: string | null;
  readonly responseId: string | null;
  readonly data: unknown;
}

/** What was written of a call when it was over. */
export interface RecordedSummary {
  /** `text` and `outcome` are of the last time that it was ready. */
  readonly status: 'queued' | 'working' | 'ready' | 'failed';
  readonly text: string | null;
  /** By the names that the agent's file asks for. */
  readonly outcome: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly madeBy: 'model' | 'rules' | null;
  /** Name of the model, or of the chain of models. */
  readonly model: string | null;
  /** Why rules have made it, or what went wrong last: a word. */
  readonly reason: string | null;
  readonly madeAt: Date | null;
}

/** A call with all that hangs from it, in order, 10 000 of each at most. */
export interface RecordedCall extends CallSummary {
  readonly externalIds: readonly { readonly source: string; readonly id: string }[];
  readonly transcript: readonly TranscriptEntry[];
  readonly tools: readonly RecordedTool[];
  readonly events: readonly TrailEvent[];
  /** Null until the call is over. */
  readonly summary: RecordedSummary | null;
}

/** Which calls. `user` counts for admins; of anybody else it finds his own calls, or none. */
export interface CallFilter {
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  readonly direction?: 'inbound' | 'outbound';
  readonly channel?: 'web' | 'phone';
  readonly status?: CallStatus;
  readonly agent?: string;
  readonly user?: string;
}

/** The last call of the page before. */
export type After = Pick<CallSummary, 'startedAt' | 'callSid'>;

/** Every method throws a DataError and nothing else. */
export interface CallHistory {
  /** The newest first, 1000 at most. */
  list(filter: CallFilter, after: After | undefined, limit: number, access: Access): Promise<readonly CallSummary[]>;
  /** Undefined when there is none of that id or it is somebody else's. */
  read(callSid: string, access: Access): Promise<RecordedCall | undefined>;
}

/** Nest injection token of the CallHistory. */
export const CALL_HISTORY = Symbol('CallHistory');
