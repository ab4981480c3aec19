import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { Opus } from './opus.js';

/** Opus of this process. While no line asks for it, it has no thread. */
@Module({
  providers: [
    {
      provide: Opus,
      inject: [CONFIG],
      useFactory: ({ STREAM_OPUS_LINES }: Config): Opus => {
        const logger = new Logger('Opus');
        return new Opus({ maxLines: STREAM_OPUS_LINES, warn: (message) => logger.warn(message) });
      },
    },
  ],
  exports: [Opus],
})
export class OpusModule implements OnApplicationShutdown {
  constructor(@Inject(Opus) private readonly opus: Opus) {}

  async onApplicationShutdown(): Promise<void> {
    await this.opus.close();
  }
}
