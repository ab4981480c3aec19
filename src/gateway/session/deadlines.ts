import type { ErrorCode } from '../../protocol/index.js';
import { START_TIMEOUT_MS } from './session-limits.js';

export interface Overdue {
  readonly code: ErrorCode;
  readonly message: string;
}

const OVERDUE = {
  start: { code: 'start_timeout', message: 'Send session.start as the first message.' },
  token: { code: 'token_expired', message: 'Your token has run out; connect again with a new one.' },
  length: { code: 'call_too_long', message: 'The session has reached its longest duration.' },
  idle: { code: 'idle_timeout', message: 'Nothing came from you for too long; send audio, or a ping now and then.' },
} as const satisfies Record<string, Overdue>;

/** When a session has to end by itself. All times are monotonic ms. */
export class Deadlines {
  private endsAt = Number.POSITIVE_INFINITY;
  private readonly startsBy: number;
  private started = false;

  constructor(
    openedAt: number,
    private readonly tokenEndsAt: number,
    private readonly idleTimeoutMs: number,
  ) {
    this.startsBy = openedAt + START_TIMEOUT_MS;
  }

  /** session.start has come: from now the length of the call counts. */
  start(now: number, maxSessionMs: number): void {
    this.started = true;
    this.endsAt = now + maxSessionMs;
  }

  /** What has run out, if anything; `heardAt` is when the client's last frame came. */
  check(now: number, heardAt: number): Overdue | undefined {
    if (now >= this.tokenEndsAt) return OVERDUE.token;
    if (!this.started) return now >= this.startsBy ? OVERDUE.start : undefined;
    if (now >= this.endsAt) return OVERDUE.length;
    return now - heardAt >= this.idleTimeoutMs ? OVERDUE.idle : undefined;
  }
}
