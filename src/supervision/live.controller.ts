import { Body, Controller, Get, HttpCode, Inject, Logger, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { SUPERVISED_CALLS } from '../calls/supervision.port.js';
import type { ActRefusal, SupervisedCalls, Supervision, SupervisorAct } from '../calls/supervision.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { streamCall } from './call-stream.js';
import { EventStreams } from './event-streams.js';
import { LiveBoard } from './live-board.js';
import { LiveList } from './live-list.js';
import { liveCallsSchema, takeOverBody, textBody } from './live.schema.js';
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
    @Inject(SUPERVISED_CALLS) private readonly finder: SupervisedCalls,
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

  @Post(':callSid/whisper')
  @Rest({ ...ACT, summary: 'Instructs the model for the rest of a call, unheard by its caller', body: textBody })
  @HttpCode(204)
  whisper(@Param('callSid') callSid: string, @Body() body: unknown, @Req() request: Request): void {
    const { text } = read(textBody, body);
    this.act(callSid, request, 'whispered', (call, by) => call.whisper(by, text));
  }

  @Post(':callSid/take-over')
  @Rest({ ...ACT, summary: 'Answers a call in the agent’s place, or gives it back', body: takeOverBody })
  @HttpCode(204)
  takeOver(@Param('callSid') callSid: string, @Body() body: unknown, @Req() request: Request): void {
    const { active } = read(takeOverBody, body);
    this.act(callSid, request, active ? 'took_over' : 'gave_back', (call, by) =>
      active ? call.takeOver(by) : call.giveBack(by),
    );
  }

  @Post(':callSid/say')
  @Rest({ ...ACT, summary: 'Speaks in a call that one has taken over, by its agent’s voice', body: textBody })
  @HttpCode(204)
  say(@Param('callSid') callSid: string, @Body() body: unknown, @Req() request: Request): void {
    const { text } = read(textBody, body);
    this.act(callSid, request, 'said', (call, by) => call.say(by, text));
  }

  private act(
    callSid: string,
    request: Request,
    act: SupervisorAct,
    carryOut: (call: Supervision, by: string) => ActRefusal | undefined,
  ): void {
    const found = this.finder.find(callSid);
    if (found === undefined) throw unknown();
    const { userId: by } = callerOf(request);
    const refused = carryOut(found.call.supervision, by);
    if (refused === 'over') throw unknown();
    if (refused !== undefined) throw refusal(409, refused, REFUSALS[refused]);
    // Without the words: they are the call's.
    this.log.log({ msg: 'a supervisor has acted', callSid, act, by });
  }
}

const REFUSALS: Readonly<Record<Exclude<ActRefusal, 'over'>, string>> = {
  not_answered: 'It is not known yet who has answered this call.',
  on_hold: 'The caller is being put through to somebody: wait for what becomes of that.',
  taken_over: 'Another supervisor has taken the call over.',
  not_taken_over: 'The agent answers this call: take it over first.',
  too_many: 'Too much waits in this call already: at most 10 instructions in a call, and 5 texts that wait to be said.',
  planner:
    'This call is answered by the keyless planner, which follows no instructions: take it over and say it yourself.',
};

const unknown = (): Error =>
  refusal(404, 'not_found', 'No such call goes on at this server: it is over, or another server has it.');

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : `"${String(issue.path[0])}"`;
  throw refusal(400, 'bad_request', `${where} is not usable: ${issue?.message ?? 'it has another form'}.`);
}
