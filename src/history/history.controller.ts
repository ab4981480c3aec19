import { Controller, Get, Inject, Optional, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { CALL_HISTORY } from '../database/calls/call-history.port.js';
import type { CallHistory, CallSummary, RecordedCall, TranscriptEntry } from '../database/calls/call-history.port.js';
import { callSchema, summarySchema } from '../database/calls/sql-call-history.js';
import type { Access } from '../database/data.port.js';
import { RECORDING_BOOK } from '../database/recordings/recording-book.port.js';
import type { RecordingBook, RecordingRow } from '../database/recordings/recording-book.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { RECORDING_LINKS } from '../recording/recording-links.port.js';
import type { RecordingLinks } from '../recording/recording-links.port.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { answered } from './answered.js';
import { formatQuerySchema, querySchema, readFormat, readQuery } from './call-query.js';
import { toCursor } from './cursor.js';
import { asText, asVtt } from './transcript-text.js';
import { asVcon } from './vcon.js';

/** How long the database may take, ms. */
const READ_MS = 10_000;

interface CallPage {
  readonly calls: readonly CallSummary[];
  /** For `cursor` of the next request; null on the last page. */
  readonly next: string | null;
}

/** For every route here. */
const OWN = { protection: 'token', limit: 'user' } as const;

const pageSchema = z.object({ calls: z.array(summarySchema), next: z.string().nullable() });

/** Calls as they were: for their owner, and for admins. A call of somebody else looks like one that does not exist. */
@Controller('v1/calls')
export class HistoryController {
  constructor(
    @Inject(CALL_HISTORY) private readonly history: CallHistory,
    @Inject(RECORDING_BOOK) private readonly recordings: RecordingBook,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(RECORDING_LINKS) private readonly links: RecordingLinks | undefined,
  ) {}

  @Get()
  @Rest({ ...OWN, summary: 'Calls, the newest first', query: querySchema, answer: pageSchema })
  async list(@Query() query: unknown, @Req() request: Request): Promise<CallPage> {
    const asked = readQuery(query);
    if (typeof asked === 'string') throw refusal(400, 'bad_request', asked);
    const { filter, after, limit } = asked;
    // One more than asked for says whether there is another page.
    const found = await answered(this.history.list(filter, after, limit + 1, accessOf(request)));
    const calls = found.slice(0, limit);
    const last = calls.at(-1);
    return { calls, next: found.length > limit && last !== undefined ? toCursor(last) : null };
  }

  @Get(':callSid')
  @Rest({ ...OWN, summary: 'A call with all that hangs from it', answer: callSchema })
  async read(@Param('callSid') callSid: string, @Req() request: Request): Promise<RecordedCall> {
    return this.find(callSid, request);
  }

  @Get(':callSid/transcript')
  @Rest({ ...OWN, summary: 'What was said in it, as JSON, text or WebVTT', query: formatQuerySchema })
  async transcript(
    @Param('callSid') callSid: string,
    @Query('format') format: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string | { readonly callSid: string; readonly transcript: readonly TranscriptEntry[] }> {
    const wanted = readFormat(format);
    if (wanted === undefined) {
      throw refusal(400, 'bad_request', 'format: must be json, text or vtt.');
    }
    const call = await this.find(callSid, request);
    if (wanted === 'json') return { callSid: call.callSid, transcript: call.transcript };
    response.type(wanted === 'text' ? 'text/plain' : 'text/vtt');
    return wanted === 'text' ? asText(call) : asVtt(call);
  }

  @Get(':callSid/vcon')
  @Rest({ ...OWN, summary: 'The whole call as a vCon', answerType: 'application/vcon' })
  async vcon(
    @Param('callSid') callSid: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const call = await this.find(callSid, request);
    response.type('application/vcon');
    const recording = await answered(this.recordings.read(callSid, accessOf(request)));
    return JSON.stringify(asVcon(call, recording && { ...recording, url: this.addressOf(recording, request) }));
  }

  /** From outside; with a proof in it where one can be signed. */
  private addressOf(recording: RecordingRow, request: Request): string {
    const origin = this.config.PUBLIC_ORIGIN ?? `${request.protocol}://${request.get('host') ?? 'localhost'}`;
    return `${origin}${this.links?.linkTo(recording)?.path ?? `/v1/recordings/${recording.file}`}`;
  }

  private async find(callSid: string, request: Request): Promise<RecordedCall> {
    const call = callSid.length > 100 ? undefined : await answered(this.history.read(callSid, accessOf(request)));
    if (call !== undefined) return call;
    throw refusal(404, 'not_found', 'There is no such call, or it is not yours.');
  }
}

const accessOf = (request: Request): Access => ({
  caller: callerOf(request),
  signal: AbortSignal.timeout(READ_MS),
});
