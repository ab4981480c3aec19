import { Worker } from 'node:worker_threads';
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import type { Error as DriverError, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { RunTransaction } from '../transaction.port.js';
import { type Ask, threadAdapter } from './thread-adapter.js';

export interface PgliteLocation {
  /** Folder of the cluster's files; undefined keeps everything in memory. */
  readonly dataDir?: string;
  /** Image of a cluster to begin with; undefined opens what is in `dataDir`. */
  readonly imageFile?: string;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly driver?: DriverError };
}

/** What a request gets whose thread has ended, or was closed: also one that a new thread has never heard of. */
export const closedError = (): Error => new Error('PGlite is closed');

/** A PGlite in a thread of its own (pglite-worker.ts has the reason), spoken to through Prisma's adapter interface, or in transactions of ours. */
export class PgliteThread {
  readonly ask: Ask = (target, request) => this.post(target, request);
  readonly adapter: SqlMigrationAwareDriverAdapterFactory = threadAdapter(this.ask);
  readonly run: RunTransaction = async (statements) => (await this.ask(0, { op: 'run', statements })) as string | null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isClosed = false;
  private closing: Promise<void> | undefined;
  /** Resolves when the thread is gone, with why where nobody has closed it. */
  readonly ended: Promise<string | undefined>;

  private constructor(private readonly worker: Worker) {
    let why = 'it ended';
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code ?? error.message;
      this.fail();
    });
    this.ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.fail();
        resolve(this.closing === undefined ? why : undefined);
      });
    });
  }

  /**
   * Throws when the files are not a cluster that this PGlite can open.
   * @param firstTarget from which transactions are numbered: one that was begun in an earlier thread must not be taken for another
   */
  static async open(location: PgliteLocation, firstTarget = 0): Promise<PgliteThread> {
    // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
    const file = new URL(`./pglite-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const { dataDir, imageFile } = location;
    const worker = new Worker(file, { workerData: { dataDir, imageFile, firstTarget }, execArgv: [] });
    const thread = new PgliteThread(worker);
    try {
      await new Promise<unknown>((resolve, reject) => thread.pending.set(0, { resolve, reject }));
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return thread;
  }

  /** Writes everything out. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** All files of the cluster as a tar, for `imageFile`. */
  async dump(): Promise<Uint8Array> {
    return (await this.ask(0, { op: 'dump' })) as Uint8Array;
  }

  private async end(): Promise<void> {
    if (this.isClosed) return;
    const gone = new Promise((resolve) => this.worker.once('exit', resolve));
    await this.ask(0, { op: 'close' });
    this.isClosed = true;
    this.worker.ref();
    await gone;
  }

  private async post(target: number, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.isClosed) throw closedError();
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.hold();
      this.worker.postMessage({ id, target, ...request });
    });
  }

  private settle({ id, value, error }: Reply): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    this.hold();
    if (error === undefined) pending?.resolve(value);
    else pending?.reject(error.driver === undefined ? new Error(error.message) : new DriverAdapterError(error.driver));
  }

  /** The thread ended: nothing that was asked will be answered. */
  private fail(): void {
    this.isClosed = true;
    for (const waiting of this.pending.values()) waiting.reject(closedError());
    this.pending.clear();
  }

  /** An idle database does not keep the process alive; one that is asked something does. */
  private hold(): void {
    if (this.pending.size > 0) this.worker.ref();
    else this.worker.unref();
  }
}
