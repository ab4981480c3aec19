import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { LoopMeter } from './loop-meter.js';

@Module({ providers: [{ provide: LoopMeter, useFactory: () => new LoopMeter() }], exports: [LoopMeter] })
export class EventLoopModule implements OnApplicationShutdown {
  constructor(@Inject(LoopMeter) private readonly meter: LoopMeter) {}

  onApplicationShutdown(): void {
    this.meter.close();
  }
}
