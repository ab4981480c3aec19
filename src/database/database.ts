// The database: opens it, migrates it, fills the demo data in, and keeps trying when the server is away at boot. What the
// rows mean is the business of those who use `run` and `prisma`.
import { PrismaClient } from '../generated/prisma/client.js';
import { outcomeWithin } from '../deadline/within.js';
import { databaseFault } from './database-fault.js';
import { DatabaseFaultError } from './database-fault-error.js';
import { textOf } from './error-code.js';
import { openBackend } from './backend.js';
import type { BackendOptions, DatabaseBackend } from './backend.js';
import { isUnreachable } from './postgres/postgres-pool.js';
import type { DatabaseCondition } from './database-condition.port.js';
import type { RunTransaction } from './transaction.port.js';

export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
  /** What is lost for good; a warning where there is nothing louder. */
  error?(message: string): void;
}

/** Nest injection token of what fills an empty database with the business's demo data, if anything does. */
export const FILL_DATABASE = Symbol('FillDatabase');

/** Resolves with what was added, in a line, or undefined when that was nothing. */
export type FillDatabase = (prisma: PrismaClient) => Promise<string | undefined>;

export interface DatabaseOptions extends Omit<BackendOptions, 'onIdleError' | 'watcher'> {
  /** Fills an empty database with demo data, once it is migrated. */
  readonly fill?: FillDatabase | undefined;
  readonly log: DatabaseLog;
}

/** Longest wait for a free connection, ms, and longest transaction: longer than the server lets a statement run. */
const MAX_WAIT_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 12_000;
/** Tables without what was deleted, and then the log without what was written: a file of it that is used again keeps what it held. */
const PURGE = ['vacuum full', 'set wal_recycle = off', 'select pg_switch_wal()', 'checkpoint'];
const LOST =
  'It was in memory only (DATABASE_URL=memory://): every call, transcript and row that it held is lost. Unset DATABASE_URL to keep them in PARLEY_DATA_DIR, or name a PostgreSQL.';
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

export class Database {
  readonly kind: DatabaseBackend['kind'];
  readonly prisma: PrismaClient;
  readonly run: RunTransaction;
  private isPrepared = false;
  private isClosing = false;
  private isClosed = false;
  private readonly lastWork: (() => Promise<void>)[] = [];
  private retry: NodeJS.Timeout | undefined;
  private preparing: Promise<void> = Promise.resolve();
  private condition: DatabaseCondition = 'good';

  private constructor(
    private readonly backend: DatabaseBackend,
    private readonly options: DatabaseOptions,
  ) {
    this.kind = backend.kind;
    this.run = backend.run;
    // Prisma would print errors with the query in them; whoever catches them decides what is said.
    this.prisma = new PrismaClient({
      adapter: backend.adapter,
      log: [],
      transactionOptions: { maxWait: MAX_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
    });
  }

  /**
   * Opens and migrates. A server that cannot be reached is not an error: calls go on without it and it is tried again in
   * the background, because a restart during an outage must not make the outage larger. Throws FolderInUseError,
   * DatabaseFaultError for a refused login, an unknown database or missing rights, and MigrationError.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { log } = options;
    let database: Database | undefined;
    const backend = await openBackend({
      ...options,
      onIdleError: (error) => log.warn(`A database connection was lost: ${error.message}`),
      watcher: {
        died: (why) => database?.died(why),
        stillAway: (error, nextMs) =>
          log.warn(
            `The embedded database does not open (${textOf(error, 'message') ?? ''}): next try in ${nextMs / 1000} s.`,
          ),
        back: () => database?.isBack(),
      },
    });
    database = new Database(backend, options);
    try {
      await database.prepare();
    } catch (error) {
      if (!isUnreachable(error)) {
        await database.close();
        const fault = backend.kind === 'postgres' ? databaseFault(error) : undefined;
        throw fault === undefined ? error : new DatabaseFaultError(`The database: ${fault}`, { cause: error });
      }
      database.tryLater(FIRST_RETRY_MS, error);
    }
    return database;
  }

  /** Whether the tables are there: false while the server has been away since boot. */
  get ready(): boolean {
    return this.isPrepared && !this.isClosed;
  }

  /** What an operator should know of it. */
  get state(): DatabaseCondition {
    return this.condition;
  }

  /** Whether the database answers now, within `timeoutMs`. Never throws. */
  async ping(timeoutMs = 1_000): Promise<boolean> {
    if (!this.ready) return false;
    const answer = this.run([{ text: 'select 1', values: [] }]).then(
      () => true,
      () => false,
    );
    return (await outcomeWithin(answer, timeoutMs)) === true;
  }

  /**
   * Has the embedded database write its files anew, so that what was deleted before is nowhere on the disk: some seconds, in which
   * it does nothing else. A server has its own vacuum and its own log, which are its operator's.
   */
  async purge(): Promise<void> {
    if (this.kind !== 'embedded') return;
    for (const statement of PURGE) await this.prisma.$executeRawUnsafe(statement);
  }

  /** Has `work` done before the database is closed, for those who still have rows to store by then. */
  beforeClose(work: () => Promise<void>): void {
    this.lastWork.push(work);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.isClosing) return;
    this.isClosing = true;
    for (const work of this.lastWork) {
      await work().catch((error: unknown) => this.options.log.warn(`At closing: ${textOf(error, 'message') ?? ''}`));
    }
    this.isClosed = true;
    clearTimeout(this.retry);
    await this.preparing;
    await this.prisma.$disconnect();
    await this.backend.close();
  }

  private get isInMemory(): boolean {
    return this.options.url === 'memory://';
  }

  private died(why: string): void {
    const { log } = this.options;
    this.condition = 'away';
    const what = `The thread of the embedded database has died (${why}); it is started again.`;
    if (!this.isInMemory) log.warn(`${what} Its files are kept: what was being written may not be in them.`);
    else if (log.error === undefined) log.warn(`${what} ${LOST}`);
    else log.error(`${what} ${LOST}`);
  }

  private isBack(): void {
    const { log } = this.options;
    this.condition = this.isInMemory ? 'emptied' : 'good';
    log.warn(`The embedded database is back${this.isInMemory ? ', empty' : ''}.`);
    if (!this.isInMemory) return;
    this.preparing = this.prepare().catch((error: unknown) => this.tryLater(FIRST_RETRY_MS, error));
  }

  private async prepare(): Promise<void> {
    const { log, fill } = this.options;
    const applied = await this.backend.migrate();
    if (applied.length > 0) log.info(`Database migrated: ${applied.join(', ')}.`);
    const filled = await fill?.(this.prisma);
    if (filled !== undefined) log.info(filled);
    this.isPrepared = true;
  }

  private tryLater(delayMs: number, reason: unknown): void {
    const { log } = this.options;
    const why = textOf(reason, 'message') || 'no connection';
    log.warn(`The database is away (${why}): calls go on without it, next try in ${delayMs / 1000} s.`);
    this.retry = setTimeout(() => {
      this.preparing = this.prepare().then(
        () => log.info('The database is back.'),
        (error: unknown) => {
          if (!this.isClosed) this.tryLater(Math.min(delayMs * 2, LAST_RETRY_MS), error);
        },
      );
    }, delayMs);
    this.retry.unref();
  }
}
