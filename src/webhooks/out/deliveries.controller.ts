import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { WEBHOOK_STATUSES } from '../../database/webhooks/webhook-queue.port.js';
import type { WebhookDelivery } from '../../database/webhooks/webhook-queue.port.js';
import { deliveriesSchema, SqlWebhookQueue } from '../../database/webhooks/sql-webhook-queue.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { asRefusal } from '../refusal.js';

const querySchema = z.object({
  status: z.enum(WEBHOOK_STATUSES).optional(),
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
});

const listSchema = z.object({ deliveries: deliveriesSchema });
const ADMINS = { protection: 'admin', limit: 'user' } as const;

/** What became of what was to be told, for admins. */
@Controller('v1/admin/webhooks')
export class DeliveriesController {
  constructor(@Inject(SqlWebhookQueue) private readonly queue: SqlWebhookQueue) {}

  /** The newest 200, of one `status`, before the delivery whose `seq` is `before`. */
  @Get()
  @Rest({ ...ADMINS, summary: 'What became of what was to be told', query: querySchema, answer: listSchema })
  async list(@Query() query: unknown): Promise<{ readonly deliveries: readonly WebhookDelivery[] }> {
    const filter = querySchema.safeParse(query);
    if (!filter.success) {
      throw refusal(400, 'bad_query', `status is one of ${WEBHOOK_STATUSES.join(', ')}; before is a seq.`);
    }
    return { deliveries: await answered(this.queue.list(filter.data)) };
  }

  /** Sends it again, from its first try on, also what was sent. */
  @Post(':id/resend')
  @Rest({ ...ADMINS, summary: 'Sends one again, from its first try on', status: 202 })
  @HttpCode(202)
  async resend(@Param('id') id: string): Promise<{ readonly id: string }> {
    const isKnown = z.uuid().safeParse(id).success && (await answered(this.queue.resend(id)));
    if (!isKnown) throw refusal(404, 'unknown_webhook', 'There is no delivery of this id.');
    return { id };
  }
}

const answered = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw asRefusal(error);
  });
