import { Inject, Module } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SUPERVISED_CALLS } from '../calls/supervision.port.js';
import type { SupervisedCalls } from '../calls/supervision.port.js';
import { RestModule } from '../rest/rest.module.js';
import { EventStreams } from './event-streams.js';
import { LiveBoard } from './live-board.js';
import { LiveController } from './live.controller.js';
import { LiveList } from './live-list.js';

const list = {
  provide: LiveList,
  inject: [LiveBoard, SUPERVISED_CALLS],
  useFactory: (board: LiveBoard, finder: SupervisedCalls) => new LiveList(board, finder),
};

/** Calls while they last, for supervisors. Takes SUPERVISED_CALLS and LiveBoard from global modules. */
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
