import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CALL_FINDER } from '../calls/call.port.js';
import type { CallFinder } from '../calls/call.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';

const bodySchema = z.strictObject({
  state: z.enum(['given', 'refused']),
  /** What the caller has said or signed. */
  words: z.string().trim().min(1).max(500).optional(),
});

/** What a caller has decided elsewhere, while his call goes on: for himself, and for admins. */
@Controller('v1/calls')
export class ConsentController {
  constructor(@Inject(CALL_FINDER) private readonly calls: CallFinder) {}

  @Post(':callSid/consent')
  @Rest({
    summary: 'Whether the words of a call that goes on are kept',
    protection: 'token',
    limit: 'user',
    body: bodySchema,
    status: 204,
  })
  @HttpCode(204)
  set(@Param('callSid') callSid: string, @Body() body: unknown, @Req() request: Request): void {
    const change = bodySchema.safeParse(body);
    if (!change.success) {
      const message = 'Send {"state": "given"} or {"state": "refused"}, and "words" of at most 500 characters.';
      throw refusal(400, 'bad_request', message);
    }
    const { userId, claims } = callerOf(request);
    const found = this.calls.find(callSid);
    const isAdmin = claims['role'] === 'admin' || claims['admin'] === true;
    if (found === undefined || (found.userId !== userId && !isAdmin)) {
      const message = 'No such call goes on at this server. Where several share calls, let the client say consent.set.';
      throw refusal(404, 'not_found', message);
    }
    found.call.setConsent(change.data.state, 'operator', change.data.words);
  }
}
