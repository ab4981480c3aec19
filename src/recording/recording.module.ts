import { Inject, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { QUEUED_CALL_LEDGER } from '../calls/call-ledger.port.js';
import type { CallLedger } from '../calls/call-ledger.port.js';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { systemClock } from '../conversation/system-clock.js';
import { DatabaseModule } from '../database/database.module.js';
import { RECORDING_BOOK } from '../database/recordings/recording-book.port.js';
import type { RecordingBook } from '../database/recordings/recording-book.port.js';
import { RestModule } from '../rest/rest.module.js';
import { ArtifactLinks } from '../tools/artifact-links.js';
import { RECORDING_LINKS } from './recording-links.port.js';
import { RecordingController, RECORDINGS_FOLDER } from './recording.controller.js';
import { RecordingKeeper } from './recording-keeper.js';
import { Recordings } from './recordings.js';
import { recordingsFolder } from './recordings-folder.js';
import { SignedRecordingLinks } from './signed-links.js';

const folder = { provide: RECORDINGS_FOLDER, inject: [CONFIG], useFactory: recordingsFolder };

const recordings = {
  provide: Recordings,
  inject: [RECORDINGS_FOLDER, QUEUED_CALL_LEDGER],
  useFactory: (path: string, ledger: CallLedger) =>
    new Recordings({ folder: path, clock: systemClock, ledger, log: new Logger('Recordings') }),
};

const keeper = {
  provide: RecordingKeeper,
  inject: [CONFIG, RECORDINGS_FOLDER, Recordings, RECORDING_BOOK],
  useFactory: (config: Config, path: string, made: Recordings, book: RecordingBook) => {
    const { RECORDING_RETENTION_DAYS: own, CALL_RETENTION_DAYS: calls } = config;
    // A recording is not kept longer than its call.
    const days = Math.min(...[own, calls].filter((some) => some > 0), Infinity);
    const log = new Logger('Recordings');
    return new RecordingKeeper(made, book, { folder: path, days: days === Infinity ? 0 : days, log });
  },
};

const links = {
  provide: SignedRecordingLinks,
  inject: [CONFIG],
  useFactory: ({ auth: { secret }, RECORDING_LINK_TTL_MS: ttlMs }: Config) =>
    new SignedRecordingLinks(
      secret === undefined || ttlMs === 0 ? undefined : new ArtifactLinks({ secret, ttlMs }),
      ttlMs,
    ),
};

/** Recordings of calls: made while they last, kept, and given to those who may hear them. */
@Module({
  imports: [RecordsModule, DatabaseModule, RestModule],
  controllers: [RecordingController],
  providers: [folder, recordings, keeper, links, { provide: RECORDING_LINKS, useExisting: SignedRecordingLinks }],
  exports: [Recordings, RECORDING_LINKS],
})
export class RecordingModule implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  constructor(
    @Inject(Recordings) private readonly made: Recordings,
    @Inject(RecordingKeeper) private readonly kept: RecordingKeeper,
  ) {}

  onApplicationBootstrap(): void {
    this.kept.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.kept.close();
  }

  /** After the calls have ended, and before their records are closed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.made.close();
  }
}
