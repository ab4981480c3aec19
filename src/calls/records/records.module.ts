import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { CALL_RECORDER } from '../../database/calls/call-record.port.js';
import { CALL_STORE } from '../../database/calls/call-store.port.js';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { Database } from '../../database/database.js';
import { DatabaseModule } from '../../database/database.module.js';
import { CallRecorder } from './call-recorder.js';

/** Longest wait at shutdown for call records that have not been stored, ms; the rest stays on disk. */
const LAST_RECORDS_MS = 5_000;

const recorder = {
  provide: CALL_RECORDER,
  inject: [CONFIG, Database, CALL_STORE],
  useFactory: async (
    { PARLEY_DATA_DIR, data }: Config,
    database: Database,
    store: CallStore,
  ): Promise<CallRecorder> => {
    const logger = new Logger('CallRecorder');
    const made = await CallRecorder.start(store, {
      folder: join(PARLEY_DATA_DIR, 'call-records'),
      endsWithProcess: data.resume !== 'any worker',
      log: { warn: (message) => logger.warn(message) },
    });
    database.beforeClose(() => made.close(LAST_RECORDS_MS));
    return made;
  },
};

/** What is written down of calls (CALL_RECORDER). */
@Module({ imports: [DatabaseModule], providers: [recorder], exports: [CALL_RECORDER] })
export class RecordsModule {}
