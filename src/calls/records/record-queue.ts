import { mkdir } from 'node:fs/promises';
import type { CallRecordRow, CallRecordSink } from '../../database/calls/call-record.port.js';
import { outcomeWithin } from '../../deadline/within.js';
import type { LostCall } from '../session-store.port.js';
import { CallRecordLog } from './call-record-log.js';
import type { CallRecordLogOptions, SegmentFile } from './call-record-log.js';
import { CallRecordShipper } from './call-record-shipper.js';
import { QueueOwner } from './queue-owner.js';
import type { OpenCall } from './queue-owner.js';

export interface RecordQueueOptions {
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
  readonly openFile?: (path: string) => Promise<SegmentFile>;
  readonly log: { warn(message: string): void };
}

const MIB = 1_048_576;
/** A full queue is worth one line in the log now and then, ms. */
const WARN_EVERY_MS = 60_000;
const ADOPT_EVERY_MS = 60_000;
/** How long a call that begins waits for the disk, ms. */
const KEEP_MS = 500;
/** How soon a disk that has refused the last row of a call is asked again, ms. */
const ENDS_AGAIN_MS = 5_000;

/** How the queue is doing; for metrics. */
export interface RecordQueueStats {
  /** Bytes that wait to be stored. */
  readonly waitingBytes: number;
  readonly stored: number;
  /** Not taken because a bound was reached. */
  readonly dropped: number;
  /** Taken, and refused by the database for what is in them; kept in `refused.jsonl` beside the queue. */
  readonly refused: number;
}

/**
 * Rows of call records on their way to the database: first a line in memory, then in a file, then stored, now or when the
 * database is back, each once. What dead processes have left is taken over. The callers' words go nowhere else.
 */
export class RecordQueue {
  readonly owner: QueueOwner;
  private readonly log: CallRecordLog;
  private readonly shipper: CallRecordShipper;
  private dropped = 0;
  private lastWarning = -Infinity;
  private adopting: Promise<void> = Promise.resolve();
  private adoption: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  /** `onLost` is told of the calls of dead processes, when their rows are in the queue. */
  constructor(
    sink: CallRecordSink,
    private readonly options: RecordQueueOptions,
    private readonly onLost: (call: LostCall) => void,
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
   * Begins with what dead processes have left in the folder, and looks for more of that now and then. Throws when the folder
   * cannot be used.
   */
  async start(): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    await this.owner.start();
    await this.adopt(true);
    this.shipper.start();
    this.adoption = setInterval(() => this.adoptAgain(), this.options.adoptEveryMs ?? ADOPT_EVERY_MS);
    this.adoption.unref();
  }

  get stats(): RecordQueueStats {
    const { stored, refused } = this.shipper;
    return { waitingBytes: this.log.size, stored, refused, dropped: this.dropped };
  }

  /** Takes a row, in microseconds; false when it is dropped because a bound is reached. */
  add(row: CallRecordRow): boolean {
    if (this.log.append(JSON.stringify(row))) return true;
    this.dropped += 1;
    this.warn(`Call records are being dropped: ${this.log.size} bytes wait already.`);
    return false;
  }

  /**
   * Takes rows, and waits until they are on disk, `withinMs` at most: what a call waits when it begins. False when they are
   * not: they are in memory then, or dropped.
   */
  async keep(rows: readonly CallRecordRow[], withinMs = KEEP_MS): Promise<boolean> {
    if (!rows.map((row) => this.add(row)).every(Boolean)) return false;
    const isKept = (await outcomeWithin(this.log.sync(), withinMs)) === true;
    if (!isKept) this.warn('Call records are in memory only: the disk does not take them, or not in time.');
    return isKept;
  }

  /**
   * A call is asked for: first it is listed, so that whoever finds this process dead ends it, then it has its row. Resolves when
   * both are on disk, or after a moment.
   */
  async begins(call: OpenCall, row: CallRecordRow): Promise<void> {
    this.owner.began(call);
    await outcomeWithin(this.owner.saved(), KEEP_MS);
    await this.keep([row]);
  }

  /** A call has had its last row: it is listed until that is on disk, or the next process finds it listed. */
  ends(callSid: string): void {
    void this.log.sync().then((isOnDisk) => {
      if (isOnDisk) this.owner.ended(callSid);
      else if (this.closing === undefined) setTimeout(() => this.ends(callSid), ENDS_AGAIN_MS).unref();
    });
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
      for (const call of dead.calls) this.onLost(call);
      await this.log.sync();
      await this.owner.forget(dead);
    }
  }

  private warn(message: string): void {
    const time = performance.now();
    if (time - this.lastWarning < WARN_EVERY_MS) return;
    this.lastWarning = time;
    this.options.log.warn(message);
  }
}

/** The code only: messages of databases quote values. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}
