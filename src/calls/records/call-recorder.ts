import { randomUUID } from 'node:crypto';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { ABANDONED } from '../../database/calls/call-record.port.js';
import type { CallOpenedRow, CallRecordRow, CallRecordSink, CallRoute } from '../../database/calls/call-record.port.js';
import type { LlmUsage } from '../../llm/llm.port.js';
import type { ProviderUsage } from '../../provider/usage.port.js';
import type { Cost } from '../../usage/prices.port.js';
import type { AskedCall, CallBook, NotBegun } from '../call-book.port.js';
import type { CallInfo, CallObserver, CallTransition } from '../call-observer.port.js';
import type { PrivacyLevel } from '../privacy.port.js';
import type { LostCall } from '../session-store.port.js';
import { keptPart } from './kept-part.js';
import { CallNotes } from './call-notes.js';
import { RecordQueue } from './record-queue.js';
import type { RecordQueueOptions, RecordQueueStats } from './record-queue.js';

export interface CallRecorderOptions extends RecordQueueOptions {
  /** Of this server. */
  readonly version: string;
  /**
   * Whether calls end with their process. Where they do, whoever takes over the queue of a dead one ends its calls; where they
   * can go on in another process, somebody else knows when they do not.
   */
  readonly endsWithProcess: boolean;
}

export type CallRecorderStats = RecordQueueStats;

const WEB: CallRoute = { direction: 'inbound', channel: 'web' };

/**
 * Writes down that calls are asked for, and what is said and done in them. Nothing here makes a call that goes on wait: an
 * event becomes a line in memory, and goes to the database through the queue.
 */
export class CallRecorder implements CallObserver, CallBook {
  private readonly queue: RecordQueue;
  private readonly notes = new Map<string, CallNotes>();

  private constructor(
    sink: CallRecordSink,
    private readonly options: CallRecorderOptions,
  ) {
    this.queue = new RecordQueue(sink, options, (call) => this.abandoned(call));
  }

  /** Starts recording, with what dead processes have left. Throws when the folder cannot be used. */
  static async start(sink: CallRecordSink, options: CallRecorderOptions): Promise<CallRecorder> {
    const recorder = new CallRecorder(sink, options);
    await recorder.queue.start();
    return recorder;
  }

  get stats(): CallRecorderStats {
    return this.queue.stats;
  }

  /** Rows of others, for example of a telephone's door. False when they are in memory only, or dropped. */
  keep(rows: readonly CallRecordRow[]): Promise<boolean> {
    return this.queue.keep(rows);
  }

  // ---- before a call begins

  async asked({ sessionId, userId, agent, route, privacy }: AskedCall): Promise<void> {
    const who = partiesOf({ userId, route }, privacy);
    // Until it has begun nobody else knows of it, wherever calls go on.
    const call = { sessionId, ...who, agent, startedAt: Date.now() };
    await this.queue.begins(call, this.openedRow(sessionId, who.userId, agent, who.route));
  }

  notBegun({ sessionId: callSid }: AskedCall, { status, error }: NotBegun): void {
    const why = error === undefined ? {} : { reason: error.code, error };
    this.queue.add({ type: 'status', id: randomUUID(), callSid, at: now(), status, ...why });
    this.queue.ends(callSid);
  }

  // ---- a call

  started({ sessionId, agent, agentVersion, providers, voice, privacy, ...parties }: CallInfo): void {
    const { userId, route } = partiesOf(parties, privacy?.level);
    this.queue.add({ ...this.openedRow(sessionId, userId, agent, route), ...(agentVersion && { agentVersion }) });
    const status = { type: 'status', id: randomUUID(), callSid: sessionId, at: now(), status: 'in_progress' } as const;
    this.queue.add({
      ...status,
      providers: { ...providers, ...(voice && { voice }) },
      ...(agentVersion && { agentVersion }),
    });
    if (this.options.endsWithProcess || privacy?.level === 'zero') {
      this.queue.owner.began({ sessionId, userId, agent, startedAt: Date.now(), route });
    }
  }

  /**
   * Instead of `started`, for a call that began in another process. Its first row is written again: that process may
   * have been killed before its own was stored, and the store keeps the earlier of the two.
   */
  resumed(call: CallInfo): void {
    this.started(call);
    // It may be another version of the server: the row keeps the first, the trail has each.
    const data = { serverVersion: this.options.version, ...(call.agentVersion && { agentVersion: call.agentVersion }) };
    this.queue.add({ type: 'event', id: randomUUID(), callSid: call.sessionId, at: now(), kind: 'moved', data });
  }

  /** With a first row too: the process that is gone may not have had the time for its own. */
  abandoned({ sessionId: callSid, userId, agent, startedAt, seenAt, route }: LostCall): void {
    this.queue.add({ ...this.openedRow(callSid, userId, agent, route), at: new Date(startedAt).toISOString() });
    const durationMs = Math.max(0, Math.round(seenAt - startedAt));
    const end = { status: ABANDONED, reason: ABANDONED, durationMs } as const;
    this.queue.add({ type: 'status', id: randomUUID(), callSid, at: now(), ...end });
  }

  /** `seq` is the call's own number of the event: it grows over all processes that the call has been in. */
  event(call: CallInfo, event: ConversationEvent, seq: number): void {
    const at = now();
    if (event.type === 'session.ended') {
      this.ended(call.sessionId, event, at);
      return;
    }
    const notes = this.notesOf(call.sessionId);
    const part = notes.of(event, at);
    if (part === undefined) return;
    const kept = keptPart(part, call.privacy);
    this.queue.add({ type: 'event', id: randomUUID(), callSid: call.sessionId, seq, at, ...kept });
    // A process that is killed takes no more of it along than that of one reply.
    if (part.said?.speaker === 'agent') this.addUsage(call.sessionId, notes, at);
  }

  modelUsed({ sessionId }: CallInfo, usage: LlmUsage): void {
    this.notesOf(sessionId).modelUsed(usage);
  }

  used({ sessionId }: CallInfo, usage: ProviderUsage, cost: Cost | undefined): void {
    const notes = this.notes.get(sessionId) ?? new CallNotes();
    notes.used(usage, cost);
    // Before the first word and after the last nobody asks for it again.
    if (!this.notes.has(sessionId)) this.addUsage(sessionId, notes, now());
  }

  transition({ sessionId }: CallInfo, transition: CallTransition): void {
    if (transition.type === 'supervised') {
      const { act, by } = transition;
      const kind = `supervisor.${act}`;
      this.queue.add({ type: 'event', id: randomUUID(), callSid: sessionId, at: now(), kind, data: { by } });
    }
    if (transition.type === 'turn.misjudged') {
      const { fault, turnId } = transition;
      const kind = `turn.${fault}`;
      this.queue.add({ type: 'event', id: randomUUID(), callSid: sessionId, at: now(), kind, turnId, data: {} });
    }
    // What it uses from here on, another process counts.
    if (transition.type === 'left') this.putDown(sessionId, now());
    // From here on others know of it, and end it if nobody goes on with it.
    if (transition.type === 'checkpoint' && transition.result === 'saved') this.queue.owner.ended(sessionId);
  }

  /**
   * Stores what waits, for at most `deadlineMs`; what is left then stays on disk and is stored after the next start. Says
   * what of it is not there. Idempotent.
   */
  close(deadlineMs: number): Promise<void> {
    return this.queue.close(deadlineMs);
  }

  /** A call that goes out belongs to who has placed it: that is in its row already. */
  private openedRow(callSid: string, userId: string, agent: string, route = WEB): CallOpenedRow {
    const owner = userId === '' || route.direction === 'outbound' ? {} : { ownerId: userId };
    const { version: serverVersion } = this.options;
    return { type: 'opened', callSid, at: now(), ...owner, agent, serverVersion, ...route };
  }

  private ended(
    callSid: string,
    { reason, durationMs }: Extract<ConversationEvent, { type: 'session.ended' }>,
    at: string,
  ): void {
    const { fault } = this.notesOf(callSid);
    this.putDown(callSid, at);
    const status = reason === 'error' ? 'failed' : 'completed';
    const error = fault === undefined || status === 'completed' ? {} : { error: fault };
    const end = { status, reason, durationMs: Math.round(durationMs), ...error } as const;
    this.queue.add({ type: 'status', id: randomUUID(), callSid, at, ...end });
    this.queue.ends(callSid);
  }

  /** Nothing more is noted of the call here. */
  private putDown(callSid: string, at: string): void {
    const notes = this.notes.get(callSid);
    this.notes.delete(callSid);
    if (notes !== undefined) this.addUsage(callSid, notes, at);
  }

  private addUsage(callSid: string, notes: CallNotes, at: string): void {
    const used = notes.takeUsage();
    if (used !== undefined) this.queue.add({ type: 'usage', id: randomUUID(), callSid, at, ...used });
  }

  private notesOf(callSid: string): CallNotes {
    let notes = this.notes.get(callSid);
    if (notes === undefined) this.notes.set(callSid, (notes = new CallNotes()));
    return notes;
  }
}

const now = (): string => new Date().toISOString();

/** Who may be named. */
function partiesOf(
  { userId, route = WEB }: Pick<CallInfo, 'userId' | 'route'>,
  level: PrivacyLevel = 'standard',
): { readonly userId: string; readonly route: CallRoute } {
  if (level !== 'zero') return { userId, route };
  const { direction, channel } = route;
  return { userId: '', route: { direction, channel } };
}
