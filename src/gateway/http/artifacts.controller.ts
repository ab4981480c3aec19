import { Controller, Get, Inject, NotFoundException, Optional, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerOf, JwtGuard } from '../../identity/jwt.guard.js';
import { ARTIFACT_READER } from './artifact-store.port.js';
import type { ArtifactReader } from './artifact-store.port.js';

/** An id and an extension; nothing that could be a path. */
const FILE_NAME = /^[A-Za-z0-9_-]{1,64}\.[a-z0-9]{1,8}$/;

/** A chart may be SVG, which can hold scripts: opened by itself it may run nothing and load nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/** Charts and other files, for their owner only. A file of somebody else looks like one that does not exist. */
@Controller('v1/artifacts')
@UseGuards(JwtGuard)
export class ArtifactsController {
  constructor(@Optional() @Inject(ARTIFACT_READER) private readonly artifacts: ArtifactReader | undefined) {}

  @Get(':file')
  async read(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const artifact = FILE_NAME.test(file) ? await this.artifacts?.read(file, callerOf(request)) : undefined;
    if (artifact === undefined) throw new NotFoundException('There is no such file, or it is not yours.');
    response
      .setHeader('Content-Type', artifact.mediaType)
      .setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      .setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
      .setHeader('Content-Disposition', 'inline')
      // The token may stand in the URL, so that no cache on the way may keep the answer for the next one who asks.
      .setHeader('Cache-Control', 'private, no-store');
    response.end(artifact.bytes);
  }
}
