import { Module } from '@nestjs/common';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { DatabaseModule } from '../database/database.module.js';
import { ElevenLabsController } from './elevenlabs/elevenlabs.controller.js';
import { SignedBodies } from './elevenlabs/signed-body.js';

/** What others tell of calls. */
@Module({
  imports: [DatabaseModule, RecordsModule],
  controllers: [ElevenLabsController],
  providers: [
    {
      provide: SignedBodies,
      inject: [CONFIG],
      useFactory: ({ ELEVENLABS_WEBHOOK_SECRET: secret }: Config): SignedBodies | undefined =>
        secret === undefined ? undefined : new SignedBodies(secret),
    },
  ],
})
export class WebhooksModule {}
