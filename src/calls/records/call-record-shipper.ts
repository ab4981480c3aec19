import { appendFile, stat } from 'node:fs/promises';
import { textOf } from '../../database/error-code.js';
import { outcomeWithin } from '../../deadline/within.js';
import type { CallRecordLog } from './call-record-log.js';
import { rowsOf } from './earlier-rows.js';
import { RowsRefusedError } from '../../database/calls/call-record.port.js';
import type { CallRecordSink } from '../../database/calls/call-record.port.js';

export interface ShipperOptions {
  /** Where rows go that the database refuses. */
  readonly refusedFile: string;
  readonly intervalMs: number;
  readonly maxBackoffMs: number;
  readonly onFailure: (error: unknown) => void;
  /** A row that the database refuses and that could not be set aside either. */
  readonly onLost: (error: unknown) => void;
}

/** Rows in one write: with the embedded database, whose writes hold up the event loop, about 10 ms. */
const BATCH = 100;
const MAX_REFUSED_BYTES = 10 * 1_048_576;

/**
 * Takes rows from the log to the database: in order, again and again until they are stored. Rows that the disk refuses go
 * there from memory.
 */
export class CallRecordShipper {
  stored = 0;
  refused = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<boolean> | undefined;
  private failures = 0;
  private isClosed = false;
  /** How far into the oldest segment we are, so that a retry does not begin it again. */
  private progress: { file: string; lines: number } | undefined;

  constructor(
    private readonly log: CallRecordLog,
    private readonly sink: CallRecordSink,
    private readonly options: ShipperOptions,
  ) {}

  start(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.running = this.ship();
      void this.running.then(() => this.start());
    }, this.delay());
    this.timer.unref();
  }

  /** One more try with everything that waits, for at most `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    const last = (async () => {
      await this.running;
      await this.ship();
    })();
    await outcomeWithin(last, deadlineMs);
  }

  /** Doubles with every failure, and varies, so that instances do not come back to a database all at once. */
  private delay(): number {
    const { intervalMs, maxBackoffMs } = this.options;
    if (this.failures === 0) return intervalMs;
    return Math.min(maxBackoffMs, intervalMs * 2 ** this.failures) * (0.5 + Math.random() / 2);
  }

  /** True when nothing is left. Never throws. */
  private async ship(): Promise<boolean> {
    try {
      for (const file of await this.log.closed()) await this.shipSegment(file);
      await this.shipRefused();
      this.failures = 0;
      return true;
    } catch (error) {
      this.failures = Math.min(this.failures + 1, 30);
      this.options.onFailure(error);
      return false;
    }
  }

  /** What the disk refuses is newer than what is on it. */
  private async shipRefused(): Promise<void> {
    for (;;) {
      const lines = await this.log.takeRefused(BATCH);
      if (lines.length === 0) return;
      try {
        await this.shipBatch(lines);
      } catch (error) {
        await this.log.putBack(lines);
        throw error;
      }
      this.log.settle(lines);
    }
  }

  private async shipSegment(file: string): Promise<void> {
    const lines = await this.linesOf(file);
    let at = this.progress?.file === file ? this.progress.lines : 0;
    for (; at < lines.length; at += BATCH) {
      this.progress = { file, lines: at };
      await this.shipBatch(lines.slice(at, at + BATCH));
    }
    await this.log.remove(file);
    this.progress = undefined;
  }

  private async linesOf(file: string): Promise<readonly string[]> {
    try {
      return (await this.log.read(file)).lines;
    } catch (error) {
      // Somebody who took us for dead stores them.
      if (textOf(error, 'code') === 'ENOENT') return [];
      throw error;
    }
  }

  private async shipBatch(lines: readonly string[]): Promise<void> {
    // A line that was cut short when its process was killed is none.
    const rows = lines.flatMap((line) => rowsOf(line) ?? []);
    if (rows.length === 0) return;
    try {
      await this.sink.write(rows);
      this.stored += lines.length;
    } catch (error) {
      if (!(error instanceof RowsRefusedError)) throw error;
      if (lines.length === 1) return this.keepRefused(lines);
      // One of them is at fault: the others must not wait for it for ever.
      for (const line of lines) await this.shipBatch([line]);
    }
  }

  private async keepRefused(lines: readonly string[]): Promise<void> {
    this.refused += lines.length;
    const { refusedFile } = this.options;
    const { size } = await stat(refusedFile).catch(() => ({ size: 0 }));
    if (size >= MAX_REFUSED_BYTES) return this.options.onLost({ code: 'EFBIG' });
    // The rows behind it must not wait for a disk that is full.
    await appendFile(refusedFile, `${lines.join('\n')}\n`).catch(this.options.onLost);
  }
}
