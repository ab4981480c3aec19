import { Controller, Get, HttpException, Res } from '@nestjs/common';
import type { Response } from 'express';
import { REFUSALS, STREAM_PATH } from '../../protocol/index.js';

/** A plain GET of the WebSocket's path, for example by a proxy that does not forward upgrades (RFC 9110 section 15.5.22). */
@Controller(STREAM_PATH)
export class StreamController {
  @Get()
  get(@Res({ passthrough: true }) response: Response): never {
    response.setHeader('Upgrade', 'websocket');
    response.setHeader('Connection', 'Upgrade');
    throw new HttpException(
      {
        error: 'upgrade_required',
        message: 'This is a WebSocket; a proxy in front must forward Upgrade and Connection.',
      },
      REFUSALS.upgrade_required.status,
    );
  }
}
