import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { settledWithin } from '../deadline/within.js';
import { textOf } from '../database/error-code.js';
import type { RecordingBook } from '../database/recordings/recording-book.port.js';
import { PeriodicTask } from '../queue/periodic-task.js';
import { draftsIn, type RecordedFile, recordedFiles, remove } from './finish-recording.js';
import { HOST } from './recording-file.js';
import type { Recordings } from './recordings.js';

export interface RecordingKeeperOptions {
  readonly folder: string;
  /** How long recordings are kept, days; 0: for ever. */
  readonly days: number;
  /** How often to look, ms. */
  readonly everyMs?: number;
  /** A part that nobody has written to for so long is its call's last, ms: longer than a call waits for its client. */
  readonly staleMs?: number;
  /** How long a sweep may go on when the server stops, ms. */
  readonly closeMs?: number;
  readonly log: { log(message: string): void; warn(line: object): void };
}

/** Putting one together writes all the time: what stood still for so long is nobody's, ms. */
const DRAFT_MS = 600_000;
/** Between two steps of a sweep there is a file or a question to the database, each of which may take long. */
const CLOSE_MS = 5_000;
const DAY_MS = 86_400_000;
/** Calls that are asked about at a time. */
const BATCH = 500;

/**
 * Looks after the files of recordings: finishes those of processes that are gone, and deletes what is too old or of calls that
 * were erased. Any number of servers may do it in one folder.
 */
export class RecordingKeeper {
  private readonly rounds: PeriodicTask;

  constructor(
    private readonly recordings: Pick<Recordings, 'has' | 'finish'>,
    private readonly book: Pick<RecordingBook, 'erasedAmong' | 'expire'>,
    private readonly options: RecordingKeeperOptions,
  ) {
    this.rounds = new PeriodicTask({
      go: () => this.sweep(),
      everyMs: options.everyMs ?? 60_000,
      onFailed: (error) => this.warn('recordings were not looked after: it is tried again', error),
    });
  }

  start(): void {
    this.rounds.start(this.options.everyMs ?? 1_000 * (1 + Math.random()));
  }

  /** Resolves when nothing is looked after any more, or after `closeMs`: what is not done by then the next server does. */
  async close(): Promise<void> {
    await settledWithin(this.rounds.close(), this.options.closeMs ?? CLOSE_MS);
  }

  /** Once, or as much of it as is done before it is closed. Rejects as the file system or the database does. */
  async sweep(): Promise<void> {
    await this.deleteDrafts();
    const files = await recordedFiles(this.options.folder);
    if (this.rounds.isClosed) return;
    const old = await this.deleteOld(files);
    const erased = await this.deleteErased(files.filter((file) => !old.has(file)));
    const left = files.filter((file) => !old.has(file) && !erased.has(file.callSid));
    for (const callSid of new Set(left.filter(({ isWhole }) => !isWhole).map((file) => file.callSid))) {
      if (this.rounds.isClosed) return;
      if (await this.isLeft(left.filter((file) => file.callSid === callSid))) await this.finish(callSid);
    }
  }

  /** What a process was putting together when it was killed. */
  private async deleteDrafts(): Promise<void> {
    const { folder } = this.options;
    for (const name of await draftsIn(folder)) {
      if (this.rounds.isClosed) return;
      const written = await stat(join(folder, name)).catch(() => undefined);
      if (written !== undefined && Date.now() - written.mtimeMs > DRAFT_MS) await remove(folder, [{ name }]);
    }
  }

  private async deleteOld(files: readonly RecordedFile[]): Promise<ReadonlySet<RecordedFile>> {
    const { days, folder, log } = this.options;
    if (days === 0) return new Set();
    const before = Date.now() - days * DAY_MS;
    const old = files.filter(({ callSid, startedAt }) => startedAt < before && !this.recordings.has(callSid));
    await remove(folder, old);
    if ((await this.book.expire(new Date(before))) + old.length > 0) {
      log.log(`Recordings from before ${new Date(before).toISOString()} were deleted: ${old.length} files.`);
    }
    return new Set(old);
  }

  private async deleteErased(files: readonly RecordedFile[]): Promise<ReadonlySet<string>> {
    const calls = [...new Set(files.map(({ callSid }) => callSid))];
    const erased = new Set<string>();
    for (let from = 0; from < calls.length && !this.rounds.isClosed; from += BATCH) {
      for (const callSid of await this.book.erasedAmong(calls.slice(from, from + BATCH))) erased.add(callSid);
    }
    await remove(
      this.options.folder,
      files.filter(({ callSid }) => erased.has(callSid) && !this.recordings.has(callSid)),
    );
    return erased;
  }

  /** Whether the process that wrote these parts is gone, as far as that can be told. */
  private async isLeft(files: readonly RecordedFile[]): Promise<boolean> {
    const { folder, staleMs = 150_000 } = this.options;
    for (const { name, callSid, writer, isWhole } of files) {
      if (this.recordings.has(callSid)) return false;
      // Made of them by a process that was killed before it had deleted them.
      if (isWhole) continue;
      if (writer?.host === HOST && !isAlive(writer.pid)) continue;
      const written = await stat(join(folder, name)).catch(() => undefined);
      if (written === undefined) return false; // somebody else was faster
      if (Date.now() - written.mtimeMs < staleMs) return false;
    }
    return true;
  }

  private async finish(callSid: string): Promise<void> {
    try {
      if ((await this.recordings.finish(callSid)) !== undefined) {
        this.options.log.log(`The recording of ${callSid}, whose process is gone, is ready.`);
      }
    } catch (error) {
      this.warn('recording not finished: it is tried again', error);
    }
  }

  private warn(msg: string, error: unknown): void {
    this.options.log.warn({ msg, code: textOf(error, 'code') ?? 'unknown' });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return textOf(error, 'code') === 'EPERM';
  }
}
