import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { CallInfo, CallObserver } from '../call-observer.port.js';
import { CallRecordLog } from './call-record-log.js';
import type { CallRecordLogOptions } from './call-record-log.js';
import type { SegmentFile } from './call-record-log.js';
import { recordedPart } from './call-record-rows.js';
import { CallRecordShipper } from './call-record-shipper.js';
import { QueueOwner } from './queue-owner.js';
import type { LostCall } from '../session-store.port.js';
import { ABANDONED, type CallRecordRow, type CallRecordSink } from '../../database/calls/call-record.port.js';

export interface CallRecorderOptions {
  /** Folder of the rows that wait. */
  readonly folder: string;
  /** Most bytes waiting on disk. */
  readonly maxBytes?: number;
  readonly maxPendingBytes?: number;
  readonly segmentBytes?: number;
  /** How often waiting rows are stored, ms. */
  readonly intervalMs?: number;
  /** Longest pause after failures, ms. */
  readonly maxBackoffMs?: number;
  /** How often it is looked for queues of processes that are dead, ms. */
  readonly adoptEveryMs?: number;
  /**
   * Whether calls end with their process. Where they do, whoever takes over the queue of a dead one ends its calls; where they
   * can go on in another process, somebody else knows when they do not.
   */
  readonly endsWithProcess: boolean;
  readonly openFile?: (path: string) => Promise<SegmentFile>;
  readonly log: { warn(message: string): void };
}

const MIB = 1_048_576;
/** A full queue is worth one line in the log now and then, ms. */
const WARN_EVERY_MS = 60_000;
const ADOPT_EVERY_MS = 60_000;

/** How the recorder is doing; for metrics. */
export interface CallRecorderStats {
  /** Bytes that wait to be stored. */
  readonly waitingBytes: number;
  readonly stored: number;
  /** Not taken because a bound was reached. */
  readonly dropped: number;
  /** Taken, and refused by the database for what is in them; kept in `refused.jsonl` beside the queue. */
  readonly refused: number;
}

/**
 * Writes down what was said and done in calls. Nothing here makes a call wait: an event becomes a line in memory, the
 * line goes to a file, and from there to the database, now or when it is back, each row once. The caller's words go
 * nowhere else.
 */
export class CallRecorder implements CallObserver {
  private readonly log: CallRecordLog;
  private readonly shipper: CallRecordShipper;
  private readonly owner: QueueOwner;
  private dropped = 0;
  private lastWarning = -Infinity;
  private adopting: Promise<void> = Promise.resolve();
  private adoption: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    sink: CallRecordSink,
    private readonly options: CallRecorderOptions,
  ) {
    const { folder, maxBytes = 256 * MIB, maxPendingBytes = 8 * MIB, segmentBytes = MIB } = options;
    const onError = (error: unknown): void =>
      this.warn(`Call records cannot be written to ${folder} (${codeOf(error)}): they go to the database from memory.`);
    this.owner = new QueueOwner({ folder, onError });
    const bounds: CallRecordLogOptions = {
      folder,
      owner: this.owner.name,
      maxBytes,
      maxPendingBytes,
      segmentBytes,
      onError,
      ...(options.openFile === undefined ? {} : { openFile: options.openFile }),
    };
    this.log = new CallRecordLog(bounds);
    this.shipper = new CallRecordShipper(this.log, sink, {
      refusedFile: `${folder}/refused.jsonl`,
      intervalMs: options.intervalMs ?? 1_000,
      maxBackoffMs: options.maxBackoffMs ?? 30_000,
      onFailure: (error) => this.warn(`Call records wait for the database (${codeOf(error)}).`),
      onLost: (error) =>
        this.warn(`A call record that the database refuses is lost: it cannot be set aside (${codeOf(error)}).`),
    });
  }

  /**
   * Starts recording, with what dead processes have left in the folder, and looks for more of that now and then. Throws when
   * the folder cannot be used.
   */
  static async start(sink: CallRecordSink, options: CallRecorderOptions): Promise<CallRecorder> {
    await mkdir(options.folder, { recursive: true });
    const recorder = new CallRecorder(sink, options);
    await recorder.owner.start();
    await recorder.adopt(true);
    recorder.shipper.start();
    recorder.adoption = setInterval(() => recorder.adoptAgain(), options.adoptEveryMs ?? ADOPT_EVERY_MS);
    recorder.adoption.unref();
    return recorder;
  }

  get stats(): CallRecorderStats {
    const { stored, refused } = this.shipper;
    return { waitingBytes: this.log.size, stored, refused, dropped: this.dropped };
  }

  started({ sessionId, userId, agent, providers }: CallInfo): void {
    this.add({ type: 'started', callId: sessionId, ownerId: userId, agent, providers, at: now() });
    if (this.options.endsWithProcess) this.owner.began({ sessionId, userId, agent, startedAt: Date.now() });
  }

  /**
   * Instead of `started`, for a call that began in another process. Its first row is written again: that process may
   * have been killed before its own was stored, and the store keeps the earlier of the two.
   */
  resumed(call: CallInfo): void {
    this.started(call);
  }

  /** With a first row too: the process that is gone may not have had the time for its own. */
  abandoned({ sessionId: callId, userId: ownerId, agent, startedAt, seenAt }: LostCall): void {
    this.add({ type: 'started', callId, ownerId, agent, at: new Date(startedAt).toISOString() });
    const durationMs = Math.max(0, Math.round(seenAt - startedAt));
    this.add({ type: 'ended', callId, at: now(), reason: ABANDONED, durationMs });
  }

  /** `seq` is the call's own number of the event: it grows over all processes that the call has been in. */
  event({ sessionId: callId }: CallInfo, event: ConversationEvent, seq: number): void {
    if (event.type === 'session.ended') {
      const { reason, durationMs } = event;
      this.owner.ended(callId);
      this.add({ type: 'ended', callId, at: now(), reason, durationMs: Math.round(durationMs) });
      return;
    }
    const part = recordedPart(event);
    if (part === undefined) return;
    this.add({ type: 'event', id: randomUUID(), callId, seq, at: now(), ...part });
  }

  /**
   * Stores what waits, for at most `deadlineMs`; what is left then stays on disk and is stored after the next start. Says
   * what of it is not there. Idempotent.
   */
  close(deadlineMs: number): Promise<void> {
    this.closing ??= this.end(deadlineMs);
    return this.closing;
  }

  private async end(deadlineMs: number): Promise<void> {
    clearInterval(this.adoption);
    await this.adopting;
    await this.log.sync();
    await this.shipper.close(deadlineMs);
    await this.log.close();
    await this.owner.close();
    const { unwritten, size } = this.log;
    const lost = this.dropped + unwritten;
    const { log } = this.options;
    if (lost > 0) {
      log.warn(
        `${lost} call records are lost: neither the database nor ${this.options.folder} took them. See to both.`,
      );
    } else if (size > 0) {
      log.warn(
        `${size} bytes of call records wait in ${this.options.folder}: the next server that starts there stores them.`,
      );
    }
  }

  private adoptAgain(): void {
    this.adopting = this.adopting
      .then(() => this.adopt(false))
      .catch((error: unknown) => this.warn(`Queues of dead processes were not looked for (${codeOf(error)}).`));
  }

  /** Takes over what dead processes have left, and ends their calls. */
  private async adopt(isFirst: boolean): Promise<void> {
    for (const dead of await this.owner.dead(isFirst)) {
      await this.log.adopt(dead.segments);
      for (const call of dead.calls) this.abandoned(call);
      await this.log.sync();
      await this.owner.forget(dead);
    }
  }

  private add(row: CallRecordRow): void {
    if (this.log.append(JSON.stringify(row))) return;
    this.dropped += 1;
    this.warn(`Call records are being dropped: ${this.log.size} bytes wait already.`);
  }

  private warn(message: string): void {
    const time = performance.now();
    if (time - this.lastWarning < WARN_EVERY_MS) return;
    this.lastWarning = time;
    this.options.log.warn(message);
  }
}

const now = (): string => new Date().toISOString();

/** The code only: messages of databases quote values. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}
