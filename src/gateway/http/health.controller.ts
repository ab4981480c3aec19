import { Controller, Get, HttpStatus, Inject, Optional, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { DATABASE_CONDITION } from '../../database/database-condition.port.js';
import type { ConditionOfDatabase, DatabaseCondition } from '../../database/database-condition.port.js';
import { Rest } from '../../rest/rest.decorator.js';
import { Sessions } from '../session/sessions.js';

interface Health {
  readonly status: 'ok' | 'draining';
  readonly active_sessions: number;
  /** See ServerVersion.full. */
  readonly version: string;
  /** Of the embedded one, when there is something to say: it is being started again, or has lost the rows that were in memory only. */
  readonly database?: Exclude<DatabaseCondition, 'good'>;
}

/** For load balancers: 200 while new sessions are welcome, 503 while the process drains. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(DATABASE_CONDITION) private readonly database?: ConditionOfDatabase,
  ) {}

  @Get()
  @Rest({ summary: 'Whether new calls are welcome', protection: 'none', limit: 'second' })
  health(@Res({ passthrough: true }) response: Response): Health {
    const { draining, active } = this.sessions;
    if (draining) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    const { state = 'good' } = this.database ?? {};
    return {
      status: draining ? 'draining' : 'ok',
      active_sessions: active,
      version: this.config.version.full,
      ...(state === 'good' ? {} : { database: state }),
    };
  }
}
