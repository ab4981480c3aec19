import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AuthModule } from '../identity/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ConsentController } from './consent.controller.js';
import { HistoryController } from './history.controller.js';
import { HistoryGuard } from './history.guard.js';

/** Records of calls over HTTP. Takes CALL_FINDER from a global module. */
@Module({
  imports: [AuthModule, LimitsModule, DatabaseModule],
  controllers: [HistoryController, ConsentController],
  providers: [HistoryGuard],
})
export class HistoryModule {}
