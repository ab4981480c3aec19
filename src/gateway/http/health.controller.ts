import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Rest } from '../../rest/rest.decorator.js';
import { Sessions } from '../session/sessions.js';

/** For load balancers: 200 while new sessions are welcome, 503 while the process drains. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

  @Get()
  @Rest({ summary: 'Whether new calls are welcome', protection: 'none', limit: 'second' })
  health(@Res({ passthrough: true }) response: Response): { status: 'ok' | 'draining'; active_sessions: number } {
    const { draining, active } = this.sessions;
    if (draining) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: draining ? 'draining' : 'ok', active_sessions: active };
  }
}
