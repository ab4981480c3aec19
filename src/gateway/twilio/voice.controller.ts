import { Controller, Header, HttpCode, HttpException, Inject, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { SESSION_SLOTS } from '../../limits/limits.port.js';
import type { SessionSlots } from '../../limits/limits.port.js';
import { Refusal } from '../door/refusal.js';
import { Sessions } from '../session/sessions.js';
import { TWILIO_PATH, twilioStreamAddress } from '../../config/twilio-addresses.js';
import { Capabilities } from './capability.js';
import { isSignedByTwilio, SIGNATURE_HEADER } from '../../identity/twilio-signature.js';
import type { FormParameters } from '../../identity/twilio-signature.js';
import { connectStream, rejectBusy } from './twiml.js';

/** Twilio's request for what to do with a call; there is more in it. */
const callSchema = z.object({
  CallSid: z.string().min(1).max(64),
  From: z.string().max(256).default(''),
  To: z.string().max(256).default(''),
});
const agentSchema = z.string().min(1).max(64).optional();

/** Answers a call that Twilio asks about: the number's voice webhook. `?agent=` in its address names the agent. */
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
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  answer(@Req() request: Request): string {
    const origin = this.checkSignature(request);
    const call = callSchema.safeParse(request.body);
    const agent = agentSchema.safeParse(request.query['agent']);
    if (!call.success || !agent.success) {
      throw new HttpException({ error: 'bad_request', message: 'This is no call of Twilio’s.' }, 400);
    }
    const { CallSid: callSid, From: from, To: to } = call.data;
    if (this.sessions.draining || this.slots.active >= this.slots.capacity) {
      this.log.warn({ msg: 'telephone call was rejected: no room', callSid });
      return rejectBusy();
    }
    return connectStream(
      twilioStreamAddress(origin),
      this.capabilities.issue({ callSid, from, to, agent: agent.data }),
    );
  }

  /** Returns the public origin that it was signed for. */
  private checkSignature(request: Request): string {
    const { TWILIO_AUTH_TOKEN: authToken, PUBLIC_ORIGIN: origin } = this.config;
    if (authToken === undefined || origin === undefined) {
      throw new HttpException(
        { error: 'not_found', message: 'There is no telephone here: set TWILIO_AUTH_TOKEN.' },
        404,
      );
    }
    const url = `${origin}${request.originalUrl}`;
    const signature = request.header(SIGNATURE_HEADER);
    if (isSignedByTwilio(authToken, signature, url, formOf(request.body))) return origin;
    const message = 'This request is not signed by Twilio.';
    const [path = ''] = url.split('?', 1);
    const why =
      signature === undefined ? 'there is no X-Twilio-Signature' : `not signed by TWILIO_AUTH_TOKEN for ${path}`;
    throw new HttpException({ error: 'signature_invalid', message }, 403, {
      cause: new Refusal('token_invalid', message, {}, why),
    });
  }
}

/** What Express has read of the form; anything else was not signed by Twilio. */
function formOf(body: unknown): FormParameters {
  const form = z.record(z.string(), z.union([z.string(), z.array(z.string())])).safeParse(body ?? {});
  return form.success ? form.data : {};
}
