import { Worker } from 'node:worker_threads';
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import type {
  Error as DriverError,
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { RunTransaction } from '../transaction.port.js';

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

const ADAPTER = { provider: 'postgres', adapterName: 'pglite-thread' } as const;

/** A PGlite in a thread of its own (pglite-worker.ts has the reason), spoken to through Prisma's adapter interface, or in transactions of ours. */
export class PgliteThread {
  readonly adapter: SqlMigrationAwareDriverAdapterFactory = {
    ...ADAPTER,
    connect: () => Promise.resolve(this.adapterOn(0)),
    connectToShadowDb: async () => this.adapterOn(Number(await this.ask(0, { op: 'shadow' }))),
  };
  readonly run: RunTransaction = async (statements) => (await this.ask(0, { op: 'run', statements })) as string | null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private isClosed = false;
  private closing: Promise<void> | undefined;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', () => this.fail());
    worker.on('exit', () => this.fail());
  }

  /** Throws when the files are not a cluster that this PGlite can open. */
  static async open(location: PgliteLocation): Promise<PgliteThread> {
    // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
    const file = new URL(`./pglite-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const { dataDir, imageFile } = location;
    const worker = new Worker(file, { workerData: { dataDir, imageFile }, execArgv: [] });
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

  private async ask(target: number, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.isClosed) throw new Error('PGlite is closed');
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
    for (const waiting of this.pending.values()) waiting.reject(new Error('PGlite is closed'));
    this.pending.clear();
  }

  /** An idle database does not keep the process alive; one that is asked something does. */
  private hold(): void {
    if (this.pending.size > 0) this.worker.ref();
    else this.worker.unref();
  }

  private queryable(target: number): SqlQueryable {
    return {
      ...ADAPTER,
      queryRaw: async (query: SqlQuery) => (await this.ask(target, { op: 'queryRaw', query })) as SqlResultSet,
      executeRaw: async (query: SqlQuery) => Number(await this.ask(target, { op: 'executeRaw', query })),
    };
  }

  private adapterOn(target: number): SqlDriverAdapter {
    return {
      ...this.queryable(target),
      executeScript: async (script) => void (await this.ask(target, { op: 'script', script })),
      getConnectionInfo: () => ({ supportsRelationJoins: true }),
      startTransaction: async (): Promise<Transaction> => {
        const transaction = Number(await this.ask(target, { op: 'begin' }));
        return {
          ...this.queryable(transaction),
          // The worker's adapter sends BEGIN, COMMIT and ROLLBACK itself.
          options: { usePhantomQuery: true },
          commit: async () => void (await this.ask(transaction, { op: 'commit' })),
          rollback: async () => void (await this.ask(transaction, { op: 'rollback' })),
        };
      },
      // The database outlives its Prisma clients; a shadow database does not outlive its migration.
      dispose: async () => {
        if (target !== 0) await this.ask(target, { op: 'dispose' });
      },
    };
  }
}
