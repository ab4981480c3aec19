import { Controller, Header, HttpCode, Inject, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { languageSchema } from '../../protocol/index.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { SESSION_SLOTS } from '../../limits/limits.port.js';
import type { SessionSlots } from '../../limits/limits.port.js';
import { Sessions } from '../session/sessions.js';
import { TWILIO_PATH, twilioStreamAddress } from '../../config/twilio-addresses.js';
import { Capabilities } from './capability.js';
import { signedTwilioRequest } from '../../identity/twilio-request.js';
import { connectStream, rejectBusy } from './twiml.js';

/** Twilio's request for what to do with a call; there is more in it. */
const callSchema = z.object({
  CallSid: z.string().min(1).max(64),
  From: z.string().max(256).default(''),
  To: z.string().max(256).default(''),
});
const querySchema = z.object({
  agent: z.string().min(1).max(64).optional(),
  /** The caller's; what the number says of it when absent. */
  language: languageSchema.optional(),
  /** Of a call that we have placed. */
  call_sid: z.uuid().optional(),
});

/**
 * Answers a call that Twilio asks about: the number's voice webhook, and that of calls which we have placed and somebody has
 * answered (`?call_sid=`). `?agent=` in its address names the agent, `?language=` the caller's language.
 */
@Controller(TWILIO_PATH)
export class TwilioVoiceController {
  private readonly log = new Logger('Telephone');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Capabilities) private readonly capabilities: Capabilities,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
  ) {}

  @Post('voice')
  @Rest({
    summary: 'Answers a call of Twilio’s',
    protection: 'signature',
    limit: 'second',
    body: callSchema,
    bodyType: 'application/x-www-form-urlencoded',
    query: querySchema,
    answerType: 'text/xml',
  })
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  answer(@Req() request: Request): string {
    const origin = signedTwilioRequest(this.config, request);
    const call = callSchema.safeParse(request.body);
    const query = querySchema.safeParse(request.query);
    if (!call.success || !query.success) {
      throw refusal(400, 'bad_request', 'This is no call of Twilio’s.');
    }
    const { CallSid: callSid, From: from, To: to } = call.data;
    if (this.sessions.draining || this.slots.closed !== undefined) {
      this.log.warn({ msg: 'telephone call was rejected: no room', callSid });
      return rejectBusy();
    }
    return connectStream(
      twilioStreamAddress(origin),
      this.capabilities.issue({
        callSid,
        from,
        to,
        agent: query.data.agent,
        language: query.data.language,
        placed: query.data.call_sid,
      }),
    );
  }
}
