import { Controller, Get, Inject, NotFoundException, Optional, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerOf } from '../../identity/jwt.guard.js';
import { LinkOrJwtGuard, proofOf } from '../../identity/link-or-jwt.guard.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { ARTIFACT_READER } from './artifact-store.port.js';
import type { ArtifactReader, StoredArtifact } from './artifact-store.port.js';

/** An id and an extension; nothing that could be a path. */
const FILE_NAME = /^[A-Za-z0-9_-]{1,64}\.[a-z0-9]{1,8}$/;

/** A chart may be SVG, which can hold scripts: opened by itself it may run nothing and load nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/**
 * Charts and other files, for their owner and for whoever has a signed link that has not expired. A file of somebody else
 * looks like one that does not exist.
 */
@Controller('v1/artifacts')
export class ArtifactsController {
  constructor(@Optional() @Inject(ARTIFACT_READER) private readonly artifacts: ArtifactReader | undefined) {}

  @Get(':file')
  @Rest(
    {
      summary: 'A chart or another file that a tool has made',
      protection: 'link',
      limit: 'address',
      answerType: '*/*',
    },
    LinkOrJwtGuard,
  )
  async read(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const artifact = FILE_NAME.test(file) ? await this.find(file, request) : undefined;
    if (artifact === undefined) throw new NotFoundException('There is no such file, or it is not yours.');
    response
      .setHeader('Content-Type', artifact.mediaType)
      .setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      .setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
      .setHeader('Content-Disposition', 'inline')
      // What lets somebody in may stand in the URL, so that no cache on the way may keep the answer for the next who asks.
      .setHeader('Cache-Control', 'private, no-store');
    response.end(artifact.bytes);
  }

  private async find(file: string, request: Request): Promise<StoredArtifact | undefined> {
    const proof = proofOf(request);
    if (proof === undefined) return this.artifacts?.read(file, callerOf(request));
    const found = await this.artifacts?.readLinked(file, proof);
    if (found === 'invalid') throw refusal(403, 'link_invalid', INVALID);
    if (found === 'expired') throw refusal(410, 'link_expired', EXPIRED);
    return found;
  }
}

const INVALID =
  'This link is not valid here: it has to be opened exactly as it was given. Ask for the file again, or open it with your token.';
const EXPIRED = 'This link has expired. Ask for the file again, or open it with your token.';
