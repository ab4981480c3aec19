import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { DataError } from '../database/data.port.js';
import { RECORDING_BOOK } from '../database/recordings/recording-book.port.js';
import type { RecordingBook, RecordingRow } from '../database/recordings/recording-book.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { LinkOrJwtGuard, proofOf } from '../identity/link-or-jwt.guard.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { RECORDING_RATE } from './track.js';
import { SignedRecordingLinks } from './signed-links.js';

/** How long the database may take, ms. */
const READ_MS = 10_000;
const FILE = /^([\w-]{1,100})\.\d{1,16}\.wav$/;

/** Nest injection token of the folder of recordings. */
export const RECORDINGS_FOLDER = Symbol('RecordingsFolder');

const answerSchema = z.object({
  callSid: z.string(),
  mediaType: z.string(),
  sampleRate: z.number(),
  channels: z.array(z.enum(['caller', 'agent'])),
  startedAt: z.date(),
  durationMs: z.number(),
  bytes: z.number(),
  sha512: z.string(),
  /** On this server; it opens the file without a token until `expiresAt`. */
  url: z.string(),
  expiresAt: z.date().nullable(),
});

/** Recordings of calls: for their owner and for admins, and for whoever has a signed link that has not expired. */
@Controller('v1')
export class RecordingController {
  constructor(
    @Inject(RECORDING_BOOK) private readonly book: RecordingBook,
    @Inject(SignedRecordingLinks) private readonly links: SignedRecordingLinks,
    @Inject(RECORDINGS_FOLDER) private readonly folder: string,
  ) {}

  @Get('calls/:callSid/recording')
  @Rest({
    summary: 'The recording of a call, and a link that opens it for a while',
    protection: 'token',
    limit: 'user',
    answer: answerSchema,
  })
  async about(@Param('callSid') callSid: string, @Req() request: Request): Promise<z.infer<typeof answerSchema>> {
    const found = callSid.length > 100 ? undefined : await this.read(callSid, request);
    if (found === undefined) throw refusal(404, 'not_found', NONE);
    const { file, ...about } = found;
    const link = this.links.linkTo(found);
    return {
      ...about,
      sampleRate: RECORDING_RATE,
      channels: ['caller', 'agent'],
      url: link?.path ?? `/v1/recordings/${file}`,
      expiresAt: link?.expiresAt ?? null,
    };
  }

  @Get('recordings/:file')
  @Rest(
    { summary: 'A recording (WAV), whole or a range', protection: 'link', limit: 'address', answerType: 'audio/wav' },
    LinkOrJwtGuard,
  )
  async audio(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const callSid = FILE.exec(file)?.[1];
    if (callSid === undefined || !(await this.mayOpen(callSid, file, request))) throw refusal(404, 'not_found', NONE);
    // What lets somebody in may stand in the URL, so that no cache on the way may keep the answer for the next who asks.
    response.setHeader('Cache-Control', 'private, no-store').setHeader('Content-Type', 'audio/wav');
    await new Promise<void>((resolve, reject) => {
      response.sendFile(file, { root: this.folder, cacheControl: false }, (error?: Error) => {
        // Whoever goes away in the middle is answered nothing.
        if (error === undefined || response.headersSent || request.destroyed) resolve();
        else reject(fileFault(error));
      });
    });
  }

  private async mayOpen(callSid: string, file: string, request: Request): Promise<boolean> {
    const proof = proofOf(request);
    if (proof === undefined) return (await this.read(callSid, request))?.file === file;
    const state = this.links.check(file, proof);
    if (state === 'invalid') throw refusal(403, 'link_invalid', INVALID);
    if (state === 'expired') throw refusal(410, 'link_expired', EXPIRED);
    return true;
  }

  private async read(callSid: string, request: Request): Promise<RecordingRow | undefined> {
    try {
      return await this.book.read(callSid, { caller: callerOf(request), signal: AbortSignal.timeout(READ_MS) });
    } catch (error) {
      if (!(error instanceof DataError) || error.code === 'failed') throw error;
      throw refusal(503, error.code, 'Recordings cannot be looked up at the moment; try again.', { cause: error });
    }
  }
}

/** Why a file could not be sent: `send` says so as an HTTP error. */
function fileFault(error: Error): Error {
  const status = 'status' in error ? error.status : undefined;
  if (status === 404)
    return refusal(404, 'not_found', 'This recording is not on this server any more.', { cause: error });
  if (status === 416) return refusal(416, 'range_not_satisfiable', 'The recording is not that long.', { cause: error });
  return error;
}

const NONE = 'There is no recording of such a call, or it is not yours.';
const INVALID =
  'This link is not valid here: it has to be opened exactly as it was given. Ask for the recording again.';
const EXPIRED = 'This link has expired. Ask for the recording again.';
