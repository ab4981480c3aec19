import { join } from 'node:path';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CALL_RECORDER } from '../calls/call-record.port.js';
import { CallRecorder } from '../calls/call-recorder.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { BUSINESS_DATA } from './business/business-data.port.js';
import type { BusinessData } from './business/business-data.port.js';
import { PrismaRpc } from './business/prisma-rpc.js';
import { RpcBusinessData } from './business/rpc-business-data.js';
import { SupabaseRpc } from './business/supabase-rpc.js';
import { DatabaseCallRecords } from './call-record-sink.js';
import { Database } from './database.js';

/** Longest wait at shutdown for call records that have not been stored, ms; the rest stays on disk. */
const LAST_RECORDS_MS = 5_000;

const logTo = (logger: Logger) => ({
  info: (message: string) => logger.log(message),
  warn: (message: string) => logger.warn(message),
});

/** The database, the business data in it (or on Supabase), and the records of calls. */
@Module({
  providers: [
    {
      provide: Database,
      inject: [CONFIG],
      useFactory: (config: Config): Promise<Database> => {
        const { DATABASE_URL: url, PARLEY_DATA_DIR: dataDir, NODE_ENV, SUPABASE_URL } = config;
        const isEmbedded = url === undefined || url.startsWith('memory://');
        return Database.open({
          url,
          dataDir,
          // A server's data are its operator's, and production's are real.
          seed: isEmbedded && NODE_ENV !== 'production' && SUPABASE_URL === undefined,
          log: logTo(new Logger('Database')),
        });
      },
    },
    {
      provide: BUSINESS_DATA,
      inject: [CONFIG, Database],
      useFactory: async (config: Config, database: Database): Promise<BusinessData> => {
        const { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey } = config;
        if (url !== undefined) {
          if (anonKey === undefined) throw new Error('SUPABASE_URL is set: set SUPABASE_ANON_KEY as well.');
          return new RpcBusinessData(new SupabaseRpc({ url, anonKey }));
        }
        const rpc = new PrismaRpc(database);
        await rpc.warmUp();
        return new RpcBusinessData(rpc);
      },
    },
    {
      provide: CALL_RECORDER,
      inject: [CONFIG, Database],
      useFactory: async ({ PARLEY_DATA_DIR }: Config, database: Database): Promise<CallRecorder> => {
        const recorder = await CallRecorder.start(new DatabaseCallRecords(database), {
          folder: join(PARLEY_DATA_DIR, 'call-records'),
          log: logTo(new Logger('CallRecorder')),
        });
        database.beforeClose(() => recorder.close(LAST_RECORDS_MS));
        return recorder;
      },
    },
  ],
  exports: [Database, BUSINESS_DATA, CALL_RECORDER],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** After the calls have ended: stores their last records, then closes. */
  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
