import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { NotKeptError, QUEUED_CALL_LEDGER } from '../../calls/call-ledger.port.js';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { TWILIO_PATH } from '../../config/twilio-addresses.js';
import { isEnd } from '../../database/calls/call-status.port.js';
import { signedTwilioRequest } from '../../identity/twilio-request.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { wordOf } from '../ask-vendor.js';
import { withinSecond } from '../whole-seconds.js';
import { callSidSchema, eventIdOf, failureOf, statusSchema, TWILIO } from './twilio-call.js';

/** There is more in it. */
const progressSchema = z.object({
  CallSid: callSidSchema,
  CallStatus: statusSchema,
  /** When it happened, RFC 2822, in whole seconds. */
  Timestamp: z.string().optional(),
  CallDuration: z.coerce.number().int().min(0).optional(),
  SipResponseCode: z.string().optional(),
});

/**
 * How a call stands that we have placed. It may come before the answer of the request that placed it: the call's own id is in
 * the address, which Twilio signs. Twilio sends it once; what gets lost is looked up later.
 */
@Controller(TWILIO_PATH)
export class TwilioStatusController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(QUEUED_CALL_LEDGER) private readonly ledger: CallLedger,
  ) {}

  @Post('status')
  @Rest({
    summary: 'How a call stands that was placed by Twilio',
    protection: 'signature',
    limit: 'second',
    body: progressSchema,
    bodyType: 'application/x-www-form-urlencoded',
    query: z.object({ call_sid: z.uuid() }),
    status: 204,
  })
  @HttpCode(204)
  async progress(@Req() request: Request, @Query('call_sid') id: unknown): Promise<void> {
    signedTwilioRequest(this.config, request);
    const callSid = z.uuid().safeParse(id);
    const progress = progressSchema.safeParse(request.body);
    if (!callSid.success || !progress.success) {
      throw refusal(400, 'bad_request', 'This is no status of a call that we have placed.');
    }
    try {
      await this.keep(callSid.data, progress.data);
    } catch (error) {
      if (!(error instanceof NotKeptError)) throw error;
      throw refusal(503, 'not_kept', 'The status could not be written down in time.');
    }
  }

  private async keep(callSid: string, progress: z.infer<typeof progressSchema>): Promise<void> {
    const { CallSid: twilioSid, CallStatus: status, Timestamp: told = '', CallDuration: seconds } = progress;
    await this.ledger.identify(callSid, TWILIO, twilioSid);
    // It has been dialled before anybody could tell so.
    if (status === 'dialing') return;
    const second = Date.parse(told);
    const at = Number.isNaN(second) ? new Date() : withinSecond(second, status);
    await this.ledger.move(callSid, status, {
      id: eventIdOf(twilioSid, status),
      at,
      ...(isEnd(status) ? { reason: status, durationMs: (seconds ?? 0) * 1000 } : {}),
      ...(status === 'failed' ? { error: failureOf(wordOf(progress.SipResponseCode)) } : {}),
    });
  }
}
