import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

// A queue of lines on disk, in segments: one file is written to (`.open`), closed ones (`.jsonl`) are read and removed.
//
// What is safe when: `append` only puts a line into memory. Within WRITE_DELAY_MS it is written, together with all others
// of that time, and the file is synced (fdatasync: 0.13 ms at the median, in a thread of libuv). A process that is killed
// loses the last moments; a machine that loses power loses no more than that.

const WRITE_DELAY_MS = 25;
const WRITE_RETRY_MS = 1_000;
/** A segment of somebody who does not look dead (another host's pids mean nothing here) is taken over after this, ms. */
const ABANDONED_MS = 24 * 3_600_000;

export interface CallRecordLogOptions {
  readonly folder: string;
  /** Most bytes in the folder, of this process. Beyond, new lines are dropped: what is older was said first. */
  readonly maxBytes: number;
  /** Most bytes in memory while the disk does not take them. */
  readonly maxPendingBytes: number;
  /** A segment is closed when it is this large, bytes. */
  readonly segmentBytes: number;
  readonly onError: (error: unknown) => void;
}

export interface Segment {
  readonly file: string;
  readonly lines: readonly string[];
}

export class CallRecordLog {
  private readonly owner = `${hostname()}~${process.pid}~${Date.now().toString(36)}`;
  private pending: string[] = [];
  private pendingBytes = 0;
  private storedBytes = 0;
  private handle: { readonly file: FileHandle; readonly path: string; bytes: number } | undefined;
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Disk work, one piece after the other. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: CallRecordLogOptions) {}

  /** Lines that wait in memory and on disk, bytes. */
  get size(): number {
    return this.pendingBytes + this.storedBytes;
  }

  /** Takes a line (no line breaks in it); false when it is dropped because a bound is reached. Takes microseconds. */
  append(line: string): boolean {
    const bytes = Buffer.byteLength(line) + 1;
    const { maxBytes, maxPendingBytes } = this.options;
    if (this.pendingBytes + bytes > maxPendingBytes || this.size + bytes > maxBytes) return false;
    this.pending.push(line);
    this.pendingBytes += bytes;
    this.timer ??= setTimeout(() => void this.sync(), WRITE_DELAY_MS);
    return true;
  }

  /** Writes what is in memory. Never throws: what could not be written is tried again. */
  sync(): Promise<void> {
    return this.inTurn(() => this.write());
  }

  /** Closes the current segment and returns the closed ones, oldest first. Throws when the folder cannot be read. */
  async closed(): Promise<readonly string[]> {
    return this.inTurn(async () => {
      await this.write();
      await this.rotate();
      const files = await readdir(this.options.folder).catch(() => []);
      return files
        .filter((file) => file.startsWith(this.owner) && file.endsWith('.jsonl'))
        .sort()
        .map((file) => join(this.options.folder, file));
    });
  }

  async read(file: string): Promise<Segment> {
    const text = await readFile(file, 'utf8');
    return { file, lines: text.split('\n').filter((line) => line !== '') };
  }

  /** The lines of a segment are stored elsewhere now. */
  async remove(file: string): Promise<void> {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    await rm(file, { force: true });
    this.storedBytes = Math.max(0, this.storedBytes - size);
  }

  /** Takes over the segments that dead processes left. Call once, before anything is appended. */
  async adopt(): Promise<void> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).toSorted()) {
      if (!/~.*\.(open|jsonl)$/.test(name) || !(await this.isAbandoned(name))) continue;
      // In the order of their names, which the new ones keep.
      const path = this.nextPath('jsonl');
      try {
        await rename(join(folder, name), path);
        this.storedBytes += (await stat(path)).size;
      } catch (error) {
        // A sibling that started at the same moment was quicker.
        this.options.onError(error);
      }
    }
  }

  /** Writes and closes; nothing may be appended afterwards. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.inTurn(async () => {
      await this.write();
      await this.rotate();
    });
    clearTimeout(this.timer);
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.pending;
    if (lines.length === 0) return;
    const text = Buffer.from(`${lines.join('\n')}\n`);
    this.pending = [];
    try {
      this.handle ??= await this.openSegment();
      await this.handle.file.appendFile(text);
      await this.handle.file.datasync();
      this.handle.bytes += text.length;
      this.pendingBytes -= text.length;
      this.storedBytes += text.length;
      if (this.handle.bytes >= this.options.segmentBytes) await this.rotate();
    } catch (error) {
      this.options.onError(error);
      // Some of it may have been written: rows that are stored twice count once.
      this.pending = [...lines, ...this.pending];
      await this.rotate();
      this.timer ??= setTimeout(() => void this.sync(), WRITE_RETRY_MS);
    }
  }

  private async openSegment() {
    await mkdir(this.options.folder, { recursive: true });
    const path = this.nextPath('open');
    return { file: await open(path, 'a'), path, bytes: 0 };
  }

  private async rotate(): Promise<void> {
    const { handle } = this;
    if (handle === undefined) return;
    this.handle = undefined;
    try {
      await handle.file.close();
      await rename(handle.path, handle.path.replace(/open$/, 'jsonl'));
    } catch (error) {
      this.options.onError(error);
    }
  }

  private nextPath(extension: 'open' | 'jsonl'): string {
    this.count += 1;
    return join(this.options.folder, `${this.owner}~${String(this.count).padStart(8, '0')}.${extension}`);
  }

  private async isAbandoned(name: string): Promise<boolean> {
    const [host, pid] = basename(name).split('~');
    if (name.startsWith(this.owner)) return false;
    if (host === hostname() && !isAlive(Number(pid))) return true;
    // Our own pid with another start time is a predecessor, as in a container where the pid is always 1.
    if (host === hostname() && Number(pid) === process.pid) return true;
    const { mtimeMs } = await stat(join(this.options.folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    return Date.now() - mtimeMs > ABANDONED_MS;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}
