import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

// A queue of lines on disk, in segments: one file is written to (`.open`), closed ones (`.jsonl`) are read and removed.
//
// What is safe when: `append` only puts a line into memory. Within WRITE_DELAY_MS it is written, together with all others
// of that time, and the file is synced (fdatasync: 0.13 ms at the median, in a thread of libuv). A process that is killed
// loses the last moments; a machine that loses power loses no more than that. Lines that the disk refuses stay in memory,
// from where they can be taken.

const WRITE_DELAY_MS = 25;
const WRITE_RETRY_MS = 1_000;
/** Most bytes in one write: where the disk fills up in between, what was written before that stands. */
const PIECE_BYTES = 65_536;

/** What is needed of an open file; a FileHandle has it. */
export interface SegmentFile {
  appendFile(bytes: Uint8Array): Promise<void>;
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface CallRecordLogOptions {
  readonly folder: string;
  /** What the names of this process's files begin with. */
  readonly owner: string;
  /** Most bytes in the folder, of this process. Beyond, new lines are dropped: what is older was said first. */
  readonly maxBytes: number;
  /** Most bytes in memory while the disk does not take them. */
  readonly maxPendingBytes: number;
  /** A segment is closed when it is this large, bytes. */
  readonly segmentBytes: number;
  readonly onError: (error: unknown) => void;
  /** Opens a file to append to. */
  readonly openFile?: (path: string) => Promise<SegmentFile>;
}

export interface Segment {
  readonly file: string;
  readonly lines: readonly string[];
}

export class CallRecordLog {
  private pending: string[] = [];
  /** Of lines in memory, those included that were taken out and are not settled. */
  private pendingBytes = 0;
  private takenLines = 0;
  private storedBytes = 0;
  private handle: { readonly file: SegmentFile; readonly path: string; bytes: number } | undefined;
  /** Since the last write, which failed. */
  private diskRefuses = false;
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Disk work, one piece after the other. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: CallRecordLogOptions) {}

  /** Lines that wait in memory and on disk, bytes. */
  get size(): number {
    return this.pendingBytes + this.storedBytes;
  }

  /** Lines that are in memory only. */
  get unwritten(): number {
    return this.pending.length + this.takenLines;
  }

  /** Takes a line (no line breaks in it); false when it is dropped because a bound is reached. Takes microseconds. */
  append(line: string): boolean {
    const bytes = sizeOf(line);
    const { maxBytes, maxPendingBytes } = this.options;
    if (this.pendingBytes + bytes > maxPendingBytes || this.size + bytes > maxBytes) return false;
    this.pending.push(line);
    this.pendingBytes += bytes;
    this.timer ??= setTimeout(() => void this.sync(), WRITE_DELAY_MS);
    return true;
  }

  /** Writes what is in memory. False when the disk refuses some of it: that is tried again. Never throws. */
  sync(): Promise<boolean> {
    return this.inTurn(async () => {
      await this.write();
      return !this.diskRefuses;
    });
  }

  /** Closes the current segment and returns the closed ones, oldest first. */
  async closed(): Promise<readonly string[]> {
    return this.inTurn(async () => {
      await this.write();
      await this.rotate();
      const files = await readdir(this.options.folder).catch(() => []);
      return files
        .filter((file) => file.startsWith(`${this.options.owner}~`) && file.endsWith('.jsonl'))
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

  /** The oldest lines that the disk refuses, at most `most`, which then are the taker's: to `settle`, or to `putBack`. */
  takeRefused(most: number): Promise<readonly string[]> {
    return this.inTurn(() => {
      const lines = this.diskRefuses ? this.pending.splice(0, most) : [];
      this.takenLines += lines.length;
      return Promise.resolve(lines);
    });
  }

  /** Lines that were taken are stored elsewhere now. */
  settle(lines: readonly string[]): void {
    this.takenLines -= lines.length;
    for (const line of lines) this.pendingBytes -= sizeOf(line);
  }

  putBack(lines: readonly string[]): Promise<void> {
    return this.inTurn(() => {
      this.takenLines -= lines.length;
      this.pending = [...lines, ...this.pending];
      return Promise.resolve();
    });
  }

  /** Takes over segments of somebody who is dead, in the order of their names. */
  adopt(files: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      for (const file of files) {
        const path = this.nextPath('jsonl');
        try {
          await rename(join(this.options.folder, file), path);
          this.storedBytes += (await stat(path)).size;
        } catch (error) {
          // A sibling that looked at the same moment was quicker.
          this.options.onError(error);
        }
      }
    });
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
    try {
      while (this.pending.length > 0) {
        const lines = this.firstPiece();
        const bytes = await this.put(Buffer.from(`${lines.join('\n')}\n`));
        this.pending.splice(0, lines.length);
        this.pendingBytes -= bytes;
        this.storedBytes += bytes;
        this.diskRefuses = false;
      }
    } catch (error) {
      this.diskRefuses = true;
      this.options.onError(error);
      await this.rotate();
      this.timer ??= setTimeout(() => void this.sync(), WRITE_RETRY_MS);
    }
  }

  private firstPiece(): readonly string[] {
    let bytes = 0;
    const end = this.pending.findIndex((line) => (bytes += sizeOf(line)) > PIECE_BYTES);
    return end === -1 ? this.pending.slice() : this.pending.slice(0, Math.max(1, end));
  }

  /** All of it or, where the disk lets that be, nothing: half a piece would come again with the next try. */
  private async put(text: Uint8Array): Promise<number> {
    const handle = (this.handle ??= await this.openSegment());
    try {
      await handle.file.appendFile(text);
      await handle.file.datasync();
    } catch (error) {
      await handle.file.truncate(handle.bytes).catch(this.options.onError);
      throw error;
    }
    handle.bytes += text.length;
    if (handle.bytes >= this.options.segmentBytes) await this.rotate();
    return text.length;
  }

  private async openSegment() {
    const { folder, openFile = (path: string) => open(path, 'a') } = this.options;
    await mkdir(folder, { recursive: true });
    const path = this.nextPath('open');
    return { file: await openFile(path), path, bytes: 0 };
  }

  private async rotate(): Promise<void> {
    const { handle } = this;
    if (handle === undefined) return;
    this.handle = undefined;
    try {
      await handle.file.close();
      if (handle.bytes === 0) await rm(handle.path, { force: true });
      else await rename(handle.path, handle.path.replace(/open$/, 'jsonl'));
    } catch (error) {
      this.options.onError(error);
    }
  }

  private nextPath(extension: 'open' | 'jsonl'): string {
    this.count += 1;
    return join(this.options.folder, `${this.options.owner}~${String(this.count).padStart(8, '0')}.${extension}`);
  }
}

/** With its line break, bytes. */
const sizeOf = (line: string): number => Buffer.byteLength(line) + 1;
