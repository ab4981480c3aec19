import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { Database } from '../database/database.js';
import { DatabaseModule } from '../database/database.module.js';
import { SqlWebhookQueue } from '../database/webhooks/sql-webhook-queue.js';
import { RestModule } from '../rest/rest.module.js';
import { ElevenLabsController } from './elevenlabs/elevenlabs.controller.js';
import { SignedBodies } from './elevenlabs/signed-body.js';
import { DeliveriesController } from './out/deliveries.controller.js';
import { WebhookSender } from './out/webhook-sender.js';

/** What others tell of calls, and what they are told. */
@Module({
  imports: [RestModule, DatabaseModule, RecordsModule],
  controllers: [ElevenLabsController, DeliveriesController],
  providers: [
    {
      provide: SignedBodies,
      inject: [CONFIG],
      useFactory: ({ ELEVENLABS_WEBHOOK_SECRET: secret }: Config): SignedBodies | undefined =>
        secret === undefined ? undefined : new SignedBodies(secret),
    },
    {
      provide: SqlWebhookQueue,
      inject: [Database],
      useFactory: (database: Database) => new SqlWebhookQueue(database),
    },
    {
      provide: WebhookSender,
      inject: [CONFIG, SqlWebhookQueue],
      useFactory: ({ WEBHOOK_URLS: urls, WEBHOOK_SECRETS: secrets }: Config, queue: SqlWebhookQueue) => {
        const logger = new Logger('Webhooks');
        return new WebhookSender({ queue, urls, secrets, warn: (line) => logger.warn(line) });
      },
    },
  ],
})
export class WebhooksModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(WebhookSender) private readonly sender: WebhookSender) {}

  onApplicationBootstrap(): void {
    this.sender.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.sender.close();
  }
}
