import { Controller, Header, HttpCode, Inject, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { TWILIO_PATH } from '../../config/twilio-addresses.js';
import { DataError } from '../../database/data.port.js';
import { signedTwilioRequest } from '../../identity/twilio-request.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { callSidSchema, statusSchema } from '../twilio/twilio-call.js';
import { PersonCall } from './person-call.js';

const querySchema = z.object({ id: z.uuid() });
/** There is more in each. */
const answeredSchema = z.object({ CallSid: callSidSchema, AnsweredBy: z.string().max(50).optional() });
const keySchema = z.object({ CallSid: callSidSchema, Digits: z.string().max(10).default('') });
const progressSchema = z.object({
  CallSid: callSidSchema,
  CallStatus: statusSchema,
  SipResponseCode: z.string().max(10).optional(),
});

const TWIML = {
  protection: 'signature',
  limit: 'second',
  bodyType: 'application/x-www-form-urlencoded',
  query: querySchema,
  answerType: 'text/xml',
} as const;
const XML = 'text/xml; charset=utf-8';

/** What Twilio asks and tells of the person to whom a caller is put through. */
@Controller(TWILIO_PATH)
export class TransferController {
  private readonly log = new Logger('Transfers');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(PersonCall) private readonly person: PersonCall | undefined,
  ) {}

  @Post('transfer')
  @Rest({ ...TWIML, summary: 'Tells a person who calls, and asks whether he takes the call', body: answeredSchema })
  @HttpCode(200)
  @Header('Content-Type', XML)
  answered(@Req() request: Request): Promise<string> {
    const { id, form, person } = this.read(request, answeredSchema);
    return this.kept(person.answered(id, form.CallSid, form.AnsweredBy ?? 'unknown'));
  }

  @Post('transfer/key')
  @Rest({ ...TWIML, summary: 'Connects a person who takes the call with the caller', body: keySchema })
  @HttpCode(200)
  @Header('Content-Type', XML)
  pressed(@Req() request: Request): Promise<string> {
    const { id, form, person } = this.read(request, keySchema);
    return this.kept(person.pressed(id, form.Digits));
  }

  @Post('transfer/status')
  @Rest({
    ...TWIML,
    summary: 'How the call of a person stands to whom a caller is put through',
    body: progressSchema,
    status: 204,
  })
  @HttpCode(204)
  async progress(@Req() request: Request): Promise<void> {
    const { id, form, person } = this.read(request, progressSchema);
    await this.kept(person.became(id, { leg: form.CallSid, status: form.CallStatus, sip: form.SipResponseCode }));
  }

  private read<Schema extends z.ZodType>(request: Request, schema: Schema) {
    signedTwilioRequest(this.config, request);
    const query = querySchema.safeParse(request.query);
    const form = schema.safeParse(request.body);
    if (this.person === undefined || !query.success || !form.success) {
      throw refusal(400, 'bad_request', 'This is no transfer of this server.');
    }
    return { id: query.data.id, form: form.data, person: this.person };
  }

  /** Twilio tells the person that there was an error, and hangs up: whoever watches the transfer ends it. */
  private async kept<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.log.warn({ msg: 'a transfer cannot be looked up', err: error });
      throw refusal(503, `data_${error.code}`, 'The transfer could not be looked up.');
    }
  }
}
