import { join } from 'node:path';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CALL_RECORDER } from '../calls/call-record.port.js';
import { CallRecorder } from '../calls/call-recorder.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { CALL_STORE } from './calls/call-store.port.js';
import type { CallStore } from './calls/call-store.port.js';
import { SqlCallStore } from './calls/sql-call-store.js';
import { Database, FILL_DATABASE } from './database.js';
import type { FillDatabase } from './database.js';
import { BUSINESS_RPC } from './rpc/caller-rpc.port.js';
import type { CallerRpc } from './rpc/caller-rpc.port.js';
import { PrismaRpc } from './rpc/prisma-rpc.js';
import { SupabaseRpc } from './rpc/supabase-rpc.js';

/** Longest wait at shutdown for call records that have not been stored, ms; the rest stays on disk. */
const LAST_RECORDS_MS = 5_000;

const logTo = (logger: Logger) => ({
  info: (message: string) => logger.log(message),
  warn: (message: string) => logger.warn(message),
});

/** The database, the way to the business's data (in it or on Supabase), the store of calls, and what records them. */
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
        if (url === undefined) return new PrismaRpc(database);
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
      provide: CALL_RECORDER,
      inject: [CONFIG, Database, CALL_STORE],
      useFactory: async ({ PARLEY_DATA_DIR }: Config, database: Database, store: CallStore): Promise<CallRecorder> => {
        const recorder = await CallRecorder.start(store, {
          folder: join(PARLEY_DATA_DIR, 'call-records'),
          log: logTo(new Logger('CallRecorder')),
        });
        database.beforeClose(() => recorder.close(LAST_RECORDS_MS));
        return recorder;
      },
    },
  ],
  exports: [Database, BUSINESS_RPC, CALL_STORE, CALL_RECORDER],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** After the calls have ended: stores their last records, then closes. */
  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
