import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ConsentController } from './consent.controller.js';
import { HistoryController } from './history.controller.js';
import { StatsController } from './stats.controller.js';
import { RestModule } from '../rest/rest.module.js';

/** Records of calls over HTTP. Takes CALL_FINDER from a global module. */
@Module({
  imports: [RestModule, DatabaseModule],
  controllers: [HistoryController, StatsController, ConsentController],
})
export class HistoryModule {}
