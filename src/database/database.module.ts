import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { CALL_HISTORY } from './calls/call-history.port.js';
import type { CallHistory } from './calls/call-history.port.js';
import { SqlCallHistory } from './calls/sql-call-history.js';
import { CALL_STORE } from './calls/call-store.port.js';
import type { CallStore } from './calls/call-store.port.js';
import { SqlCallStore } from './calls/sql-call-store.js';
import { Database, FILL_DATABASE } from './database.js';
import type { FillDatabase } from './database.js';
import { DO_NOT_CALL } from './outbound/do-not-call.port.js';
import type { DoNotCallList } from './outbound/do-not-call.port.js';
import { OUTBOUND_BOOK } from './outbound/outbound-book.port.js';
import type { OutboundBook } from './outbound/outbound-book.port.js';
import { SqlDoNotCallList } from './outbound/sql-do-not-call.js';
import { SqlOutboundBook } from './outbound/sql-outbound-book.js';
import { QUEUE_DEPTHS } from './queues/queue-depths.port.js';
import type { QueueDepths } from './queues/queue-depths.port.js';
import { SqlQueueDepths } from './queues/sql-queue-depths.js';
import { PLAN_JOURNAL, RELEASE_JOURNAL } from './rollout/rollout-journal.port.js';
import type { PlanStep, ReleaseStep, RolloutJournal } from './rollout/rollout-journal.port.js';
import { PLANS, RELEASES, SqlRolloutJournal } from './rollout/sql-rollout-journal.js';
import { RELEASE_BOOK } from './releases/release-book.port.js';
import type { ReleaseBook } from './releases/release-book.port.js';
import { SqlReleaseBook } from './releases/sql-release-book.js';
import { TOTALS_BOOK } from './totals/call-totals.port.js';
import type { TotalsBook } from './totals/call-totals.port.js';
import { SqlTotalsBook } from './totals/sql-totals-book.js';
import { SqlTransferBook } from './transfers/sql-transfer-book.js';
import { TRANSFER_BOOK } from './transfers/transfer-book.port.js';
import type { TransferBook } from './transfers/transfer-book.port.js';
import { BUSINESS_RPC } from './rpc/caller-rpc.port.js';
import { RECORDING_BOOK } from './recordings/recording-book.port.js';
import type { RecordingBook } from './recordings/recording-book.port.js';
import { SqlRecordingBook } from './recordings/sql-recording-book.js';
import type { CallerRpc } from './rpc/caller-rpc.port.js';
import { SqlRpc } from './rpc/sql-rpc.js';
import { SupabaseRpc } from './rpc/supabase-rpc.js';

const logTo = (logger: Logger) => ({
  info: (message: string) => logger.log(message),
  warn: (message: string) => logger.warn(message),
  error: (message: string) => logger.error(message),
});

/** The database, the way to the business's data (in it or on Supabase), and the store of calls. */
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG, FILL_DATABASE],
      useFactory: (config: Config, fill: FillDatabase | undefined): Promise<Database> => {
        const { DATABASE_URL: url, PARLEY_DATA_DIR: dataDir, NODE_ENV, data } = config;
        const log = logTo(new Logger('Database'));
        for (const note of data.notes) log.warn(note);
        const isOwn = data.business === 'embedded' || data.business === 'memory';
        return Database.open({
          url,
          dataDir,
          // A server's data are its operator's, and production's are real.
          fill: isOwn && NODE_ENV !== 'production' ? fill : undefined,
          log,
        });
      },
    },
    {
      provide: BUSINESS_RPC,
      inject: [CONFIG, Database],
      useFactory: (config: Config, database: Database): CallerRpc => {
        const { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey } = config;
        if (url === undefined) return new SqlRpc(database);
        if (anonKey === undefined) throw new Error('SUPABASE_URL is set: set SUPABASE_ANON_KEY as well.');
        return new SupabaseRpc({ url, anonKey });
      },
    },
    {
      provide: CALL_STORE,
      inject: [Database],
      useFactory: (database: Database): CallStore => new SqlCallStore(database),
    },
    {
      provide: CALL_HISTORY,
      inject: [Database],
      useFactory: (database: Database): CallHistory => new SqlCallHistory(database),
    },
    {
      provide: TOTALS_BOOK,
      inject: [Database],
      useFactory: (database: Database): TotalsBook => new SqlTotalsBook(database),
    },
    {
      provide: QUEUE_DEPTHS,
      inject: [Database],
      useFactory: (database: Database): QueueDepths => new SqlQueueDepths(database),
    },
    {
      provide: RELEASE_BOOK,
      inject: [Database],
      useFactory: (database: Database): ReleaseBook => new SqlReleaseBook(database),
    },
    {
      provide: PLAN_JOURNAL,
      inject: [Database],
      useFactory: (database: Database): RolloutJournal<PlanStep> => new SqlRolloutJournal(database, PLANS),
    },
    {
      provide: RELEASE_JOURNAL,
      inject: [Database],
      useFactory: (database: Database): RolloutJournal<ReleaseStep> => new SqlRolloutJournal(database, RELEASES),
    },
    {
      provide: RECORDING_BOOK,
      inject: [Database],
      useFactory: (database: Database): RecordingBook => new SqlRecordingBook(database),
    },
    {
      provide: OUTBOUND_BOOK,
      inject: [Database],
      useFactory: (database: Database): OutboundBook => new SqlOutboundBook(database),
    },
    {
      provide: TRANSFER_BOOK,
      inject: [Database],
      useFactory: (database: Database): TransferBook => new SqlTransferBook(database),
    },
    {
      provide: DO_NOT_CALL,
      inject: [Database],
      useFactory: (database: Database): DoNotCallList => new SqlDoNotCallList(database),
    },
  ],
  exports: [
    Database,
    BUSINESS_RPC,
    CALL_STORE,
    CALL_HISTORY,
    RECORDING_BOOK,
    TOTALS_BOOK,
    QUEUE_DEPTHS,
    PLAN_JOURNAL,
    RELEASE_JOURNAL,
    RELEASE_BOOK,
    OUTBOUND_BOOK,
    TRANSFER_BOOK,
    DO_NOT_CALL,
  ],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** After the calls have ended: stores their last records, then closes. */
  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
