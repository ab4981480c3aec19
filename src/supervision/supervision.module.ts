import { Inject, Module } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { CALL_FINDER } from '../calls/call.port.js';
import type { CallFinder } from '../calls/call.port.js';
import { RestModule } from '../rest/rest.module.js';
import { EventStreams } from './event-streams.js';
import { LiveBoard } from './live-board.js';
import { LiveController } from './live.controller.js';
import { LiveList } from './live-list.js';

const list = {
  provide: LiveList,
  inject: [LiveBoard, CALL_FINDER],
  useFactory: (board: LiveBoard, finder: CallFinder) => new LiveList(board, finder),
};

/** Calls while they last, for supervisors. Takes CALL_FINDER and LiveBoard from global modules. */
@Module({
  imports: [RestModule],
  controllers: [LiveController],
  providers: [list, EventStreams],
})
export class SupervisionModule implements OnModuleDestroy {
  constructor(@Inject(EventStreams) private readonly streams: EventStreams) {}

  onModuleDestroy(): void {
    this.streams.close();
  }
}
