import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { SqlMailQueue } from '../../database/mail/sql-mail-queue.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { asRefusal } from '../refusal.js';
import { deliveryEventSchema, returnedMail } from './delivery-event.js';
import { MailEventCounter } from './mail-event-counter.js';
import { readSignedEvent } from './signed-event.js';

/** `known`: told before. `unknown`: no mail of ours. `ignored`: an event that says nothing of a mail that came back. */
const answerSchema = z.object({ status: z.enum(['bounced', 'known', 'unknown', 'ignored']) });
type Answer = z.infer<typeof answerSchema>;

/** What becomes of mail after it was taken, as whoever delivers it tells. A 200 says that it is in the database. */
@Controller('webhooks/mail')
export class MailController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SqlMailQueue) private readonly queue: SqlMailQueue,
    @Inject(MailEventCounter) private readonly counter: MailEventCounter,
  ) {}

  /** What is not of a mail of ours is answered with 200, too: the sender may have others, and would send it for days. */
  @Post()
  @Rest({
    summary: 'What became of a mail after it was taken',
    protection: 'signature',
    limit: 'second',
    body: deliveryEventSchema,
    answer: answerSchema,
  })
  @HttpCode(200)
  async take(@Req() request: Request): Promise<Answer> {
    const { MAIL_WEBHOOK_SECRET: secret } = this.config;
    if (secret === undefined) {
      throw refusal(404, 'not_found', 'Nothing is told of mail here: set MAIL_WEBHOOK_SECRET.');
    }
    const status = await this.outcomeOf(await readSignedEvent(request, secret));
    this.counter.count(status);
    return { status };
  }

  private async outcomeOf(body: string): Promise<Answer['status']> {
    const event = deliveryEventSchema.safeParse(parsed(body));
    if (!event.success) {
      const where = event.error.issues.map(({ path }) => path.join('.')).slice(0, 5);
      throw refusal(400, 'malformed_event', `The event is not as docs/mail.md describes it: ${where.join(', ')}.`);
    }
    const returned = returnedMail(event.data);
    if (returned === undefined) return 'ignored';
    if (returned.key === undefined) return 'unknown';
    return this.queue.bounce(returned.key, returned.reason).catch((error: unknown) => {
      throw asRefusal(error);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(400, 'malformed_body', 'The body is not JSON.');
  }
}
