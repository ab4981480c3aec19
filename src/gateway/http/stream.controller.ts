import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { findToken } from '../../identity/token-source.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { REFUSALS, STREAM_PATH } from '../../protocol/index.js';
import { Admission } from '../door/admission.js';
import { Refusal } from '../door/refusal.js';
import { NATIVE_WIRE } from '../native/native.wire.js';

/**
 * A plain GET of the WebSocket's path: by a proxy that does not forward upgrades (RFC 9110 section 15.5.22), or with a
 * token by a page that was refused and wants to know why, which a browser's WebSocket does not say.
 */
@Controller(STREAM_PATH)
export class StreamController {
  constructor(@Inject(Admission) private readonly admission: Admission) {}

  @Get()
  @Rest({
    summary: 'The WebSocket’s path, asked without an upgrade: why one would be refused',
    protection: 'none',
    limit: 'address',
    status: 426,
  })
  async get(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<never> {
    if (findToken(request) !== undefined) await this.probe(request, response);
    response.setHeader('Upgrade', 'websocket');
    response.setHeader('Connection', 'Upgrade');
    const message = 'This is a WebSocket; a proxy in front must forward Upgrade and Connection.';
    throw refusal(REFUSALS.upgrade_required.status, 'upgrade_required', message);
  }

  private async probe(request: Request, response: Response): Promise<void> {
    try {
      await this.admission.probe(request, NATIVE_WIRE);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
      throw refusal(error.status, error.code, error.message, { cause: error });
    }
  }
}
