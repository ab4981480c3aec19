import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CALL_FINDER } from '../calls/call.port.js';
import type { CallFinder } from '../calls/call.port.js';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { Database } from '../database/database.js';
import { DatabaseModule } from '../database/database.module.js';
import { SqlWebhookQueue } from '../database/webhooks/sql-webhook-queue.js';
import { SqlMailQueue } from '../database/mail/sql-mail-queue.js';
import { RestModule } from '../rest/rest.module.js';
import { ElevenLabsController } from './elevenlabs/elevenlabs.controller.js';
import { SignedBodies } from './elevenlabs/signed-body.js';
import { BounceTeller } from './mail/bounce-teller.js';
import { MailController } from './mail/mail.controller.js';
import { MailEventCounter } from './mail/mail-event-counter.js';
import { DeliveriesController } from './out/deliveries.controller.js';
import { WebhookSender } from './out/webhook-sender.js';

/** What others tell of calls and of mail, and what they are told. Takes CALL_FINDER from a global module. */
@Module({
  imports: [RestModule, DatabaseModule, RecordsModule],
  controllers: [ElevenLabsController, MailController, DeliveriesController],
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
    { provide: SqlMailQueue, inject: [Database], useFactory: (database: Database) => new SqlMailQueue(database) },
    {
      provide: MailEventCounter,
      inject: [Registry],
      useFactory: (registry: Registry) => new MailEventCounter(registry),
    },
    {
      provide: BounceTeller,
      inject: [CONFIG, SqlMailQueue, CALL_FINDER],
      useFactory: ({ MAIL_WEBHOOK_SECRET: secret }: Config, queue: SqlMailQueue, calls: CallFinder) => {
        const logger = new Logger('Mail');
        return secret === undefined ? undefined : new BounceTeller({ queue, calls, warn: (line) => logger.warn(line) });
      },
    },
  ],
})
export class WebhooksModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(WebhookSender) private readonly sender: WebhookSender,
    @Inject(BounceTeller) private readonly bounces: BounceTeller | undefined,
  ) {}

  onApplicationBootstrap(): void {
    this.sender.start();
    this.bounces?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.sender.close(), this.bounces?.close()]);
  }
}
