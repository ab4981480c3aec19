import { Body, Controller, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DataError } from '../database/data.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { PROBLEM_TYPE } from '../rest/problem.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { placeSchema, readKey, readRequest } from './call-request.js';
import { OUTBOUND_AGENT } from './outbound-agent.js';
import type { OutboundAgent } from './outbound-agent.js';
import { PlaceCall } from './place-call.js';

/** When it is worth asking again after a 409, 429 or 503, s. */
const RETRY_AFTER_S = '10';
const WORTH_ASKING_AGAIN: ReadonlySet<number> = new Set([409, 429, 503]);

/** Calls that the server places. */
@Controller('v1/calls')
export class OutboundController {
  constructor(
    @Inject(PlaceCall) private readonly calls: PlaceCall | undefined,
    @Inject(OUTBOUND_AGENT) private readonly agents: OutboundAgent,
  ) {}

  @Post()
  @Rest({
    summary: 'Places a call; once for an Idempotency-Key, which it needs',
    protection: 'placer',
    limit: 'user',
    body: placeSchema,
    status: 201,
  })
  async place(
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (this.calls === undefined) {
      throw refusal(404, 'not_found', 'Nobody is called from here: set OUTBOUND_PROVIDER.');
    }
    const key = readKey(header);
    if (key === undefined) {
      throw refusal(400, 'key_missing', 'Send an Idempotency-Key: 1 to 255 visible characters, another for each call.');
    }
    const wanted = readRequest(body);
    if (typeof wanted === 'string') throw refusal(400, 'bad_request', wanted);
    const caller = callerOf(request);
    const agent = this.agents.choose(wanted, caller);
    if ('problem' in agent) throw refusal(422, agent.problem, agent.message);
    const order = { request: wanted, agent: agent.name, userId: caller.userId, key };
    const answer = await this.calls.place(order).catch((error: unknown) => {
      if (!(error instanceof DataError)) throw error;
      // Whether the row was made is not known; with the same key nobody is dialled twice.
      throw refusal(
        503,
        `data_${error.code}`,
        'The call cannot be written down at the moment: ask again, with the same key.',
      );
    });
    if (answer.isReplay) response.setHeader('Idempotent-Replayed', 'true');
    if (WORTH_ASKING_AGAIN.has(answer.status)) response.setHeader('Retry-After', RETRY_AFTER_S);
    const isCall = answer.status < 300;
    if (isCall) response.setHeader('Location', `/v1/calls/${String(answer.body['callSid'])}`);
    response
      .status(answer.status)
      .type(isCall ? 'application/json' : PROBLEM_TYPE)
      .send(JSON.stringify(answer.body));
  }
}
