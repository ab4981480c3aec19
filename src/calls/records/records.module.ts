import { join } from 'node:path';
import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { CALL_RECORDER } from '../../database/calls/call-record.port.js';
import { CALL_STORE } from '../../database/calls/call-store.port.js';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { Database } from '../../database/database.js';
import { DatabaseModule } from '../../database/database.module.js';
import { CALL_LEDGER, QUEUED_CALL_LEDGER } from '../call-ledger.port.js';
import type { CallLedger } from '../call-ledger.port.js';
import { CallRecorder } from './call-recorder.js';
import { CallRetention } from './call-retention.js';
import { queuedLedger, storedLedger } from './row-ledger.js';

/** Longest wait at shutdown for call records that have not been stored, ms; the rest stays on disk. */
const LAST_RECORDS_MS = 5_000;

const recorder = {
  provide: CALL_RECORDER,
  inject: [CONFIG, Database, CALL_STORE],
  useFactory: async (
    { PARLEY_DATA_DIR, data, version }: Config,
    database: Database,
    store: CallStore,
  ): Promise<CallRecorder> => {
    const logger = new Logger('CallRecorder');
    const made = await CallRecorder.start(store, {
      folder: join(PARLEY_DATA_DIR, 'call-records'),
      version: version.full,
      endsWithProcess: data.resume !== 'any worker',
      log: { warn: (message) => logger.warn(message) },
    });
    database.beforeClose(() => made.close(LAST_RECORDS_MS));
    return made;
  },
};

const ledgers = [
  {
    provide: CALL_LEDGER,
    inject: [CALL_STORE, CONFIG],
    useFactory: (store: CallStore, { version }: Config): CallLedger => storedLedger(store, version.full),
  },
  {
    provide: QUEUED_CALL_LEDGER,
    inject: [CALL_RECORDER, CONFIG],
    useFactory: (made: CallRecorder, { version }: Config): CallLedger => queuedLedger(made, version.full),
  },
];

const retention = {
  provide: CallRetention,
  inject: [CONFIG, CALL_STORE],
  useFactory: ({ CALL_RETENTION_DAYS: days }: Config, store: CallStore): CallRetention =>
    new CallRetention(store, { days, log: new Logger('CallRetention') }),
};

/** What is written down of calls: by themselves (CALL_RECORDER), and by others (CALL_LEDGER, QUEUED_CALL_LEDGER). */
@Module({
  imports: [DatabaseModule],
  providers: [recorder, ...ledgers, retention],
  exports: [CALL_RECORDER, CALL_LEDGER, QUEUED_CALL_LEDGER],
})
export class RecordsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(CallRetention) private readonly old: CallRetention) {}

  onApplicationBootstrap(): void {
    this.old.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.old.close();
  }
}
