import { Controller, Get, HttpCode, Inject, Logger, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CALL_FINDER } from '../calls/call.port.js';
import type { CallFinder } from '../calls/call.port.js';
import type { Supervision, SupervisorAct } from '../calls/supervision.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { streamCall } from './call-stream.js';
import { EventStreams } from './event-streams.js';
import { LiveBoard } from './live-board.js';
import { LiveList } from './live-list.js';
import { liveCallsSchema } from './live.schema.js';
import type { LiveCalls } from './live.schema.js';

const ADMINS = { protection: 'admin', limit: 'user' } as const;
const STREAM = { ...ADMINS, answerType: 'text/event-stream' } as const;
const ACT = { ...ADMINS, status: 204 } as const;

/** What a supervisor sees of the calls that go on in this process, and does with them. */
@Controller('v1/admin/live')
export class LiveController {
  private readonly log = new Logger('Supervision');

  constructor(
    @Inject(LiveBoard) private readonly board: LiveBoard,
    @Inject(LiveList) private readonly calls: LiveList,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(CALL_FINDER) private readonly finder: CallFinder,
  ) {}

  @Get()
  @Rest({ ...ADMINS, summary: 'The calls that go on at this server, the newest first', answer: liveCallsSchema })
  list(): LiveCalls {
    return this.calls.now();
  }

  @Get('events')
  @Rest({ ...STREAM, summary: 'The same as it changes: event `calls`, at most twice a second' })
  listEvents(@Req() request: Request, @Res() response: Response): void {
    const stream = this.streams.open(callerOf(request), response);
    stream.onOver(this.calls.watch((json) => stream.sendJson('calls', json)));
  }

  @Get(':callSid/events')
  @Rest({ ...STREAM, summary: 'What was said in a call so far, then what happens in it, until it ends' })
  callEvents(@Param('callSid') callSid: string, @Req() request: Request, @Res() response: Response): void {
    const call = this.board.find(callSid);
    if (call === undefined) throw unknown();
    streamCall(call, this.streams.open(callerOf(request), response));
  }

  @Post(':callSid/hang-up')
  @Rest({ ...ACT, summary: 'Ends a call' })
  @HttpCode(204)
  hangUp(@Param('callSid') callSid: string, @Req() request: Request): void {
    this.act(callSid, request, 'hung_up', (call, by) => call.hangUp(by));
  }

  private act(
    callSid: string,
    request: Request,
    what: SupervisorAct,
    carryOut: (call: Supervision, by: string) => void,
  ): void {
    const found = this.finder.find(callSid);
    if (found === undefined) throw unknown();
    const { userId: by } = callerOf(request);
    carryOut(found.call.supervision, by);
    // Without the words: they are the call's.
    this.log.log({ msg: 'a supervisor has acted', callId: callSid, act: what, by });
  }
}

const unknown = (): Error =>
  refusal(404, 'not_found', 'No such call goes on at this server: it is over, or another server has it.');
