import { setTimeout as pause } from 'node:timers/promises';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { RunTransaction } from '../transaction.port.js';
import { closedError } from './pglite-thread.js';
import type { PgliteThread } from './pglite-thread.js';
import { type Ask, threadAdapter } from './thread-adapter.js';

/** Told what becomes of the database. Must not throw. */
export interface ThreadWatcher {
  /** The thread has ended by itself; another one is being opened. */
  died(why: string): void;
  /** It could not be opened; the next try is in so many ms. */
  stillAway(error: unknown, nextMs: number): void;
  /** Another one answers. */
  back(): void;
}

/** A request waits so long for a thread that is being opened, ms: a caller is on the line. */
const MAX_WAIT_MS = 5_000;
/** Between two tries, ms: the first is made at once, where the thread has lived for a while. */
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 15_000;
const LIVED_MS = 60_000;
/** Transactions of a thread; no thread of a process makes so many. */
const TARGETS = 2 ** 40;

/**
 * The embedded database through the deaths of its threads (out of memory, an abort in WebAssembly): what a thread was asked
 * when it died is refused as by a server whose connection broke, what comes while the next one opens waits for it, for a while.
 */
export class LastingThread {
  readonly ask: Ask = (target, request) => this.route(target, request);
  readonly adapter: SqlMigrationAwareDriverAdapterFactory = threadAdapter(this.ask);
  readonly run: RunTransaction = async (statements) => (await this.ask(0, { op: 'run', statements })) as string | null;
  private opening: Promise<void> | undefined;
  private closing: Promise<void> | undefined;
  private readonly stopped = new AbortController();
  private openedAt = performance.now();
  private generation = 0;
  private pauseMs = 0;

  /** @param reopen makes the next thread, whose transactions are numbered from `firstTarget`; rejects when it cannot be */
  constructor(
    private thread: PgliteThread,
    private readonly reopen: (firstTarget: number) => Promise<PgliteThread>,
    private readonly watcher?: ThreadWatcher,
  ) {
    this.follow(thread);
  }

  /** Writes everything out. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    this.stopped.abort();
    await this.opening;
    await this.thread.close();
  }

  private async route(target: number, request: Parameters<Ask>[1]): Promise<unknown> {
    if (this.opening !== undefined) await this.untilOpen(this.opening);
    return this.thread.ask(target, request);
  }

  private async untilOpen(opening: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(closedError()), MAX_WAIT_MS);
    });
    try {
      await Promise.race([opening, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private follow(thread: PgliteThread): void {
    void thread.ended.then((why) => {
      if (why === undefined || this.closing !== undefined) return;
      this.watcher?.died(why);
      this.opening = this.replace().finally(() => (this.opening = undefined));
    });
  }

  /** Until it has succeeded, or is to be closed. Never rejects. */
  private async replace(): Promise<void> {
    const { signal } = this.stopped;
    // One that dies as soon as it is there is not opened again and again as fast as that goes.
    const lived = performance.now() - this.openedAt >= LIVED_MS;
    this.pauseMs = lived || this.generation === 0 ? 0 : this.longer();
    while (!signal.aborted) {
      try {
        await pause(this.pauseMs, undefined, { signal, ref: false });
        this.generation += 1;
        this.thread = await this.reopen(this.generation * TARGETS);
        this.openedAt = performance.now();
        this.follow(this.thread);
        this.watcher?.back();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.pauseMs = this.longer();
        this.watcher?.stillAway(error, this.pauseMs);
      }
    }
  }

  private longer(): number {
    return Math.min(LAST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pauseMs * 2));
  }
}
