import type { ErrorCode } from '../../protocol/index.js';
import { START_TIMEOUT_MS } from './session-limits.js';

export interface Overdue {
  readonly code: ErrorCode;
  readonly message: string;
}

const OVERDUE = {
  start: { code: 'start_timeout', message: 'Send session.start or session.resume as the first message.' },
  token: { code: 'token_expired', message: 'Your token has run out; connect again with a new one.' },
  length: { code: 'call_too_long', message: 'The session has reached its longest duration.' },
  idle: { code: 'idle_timeout', message: 'Nothing came from you for too long; send audio, or a ping now and then.' },
} as const satisfies Record<string, Overdue>;

/**
 * When a session has to end by itself. Silence is measured in the ticker's time, which leaves out when nobody listened; the
 * token and the length of the call by real time.
 */
export class Deadlines {
  private readonly startsBy: number;
  private endsAt = Number.POSITIVE_INFINITY;
  private started = false;

  /** `openedAt` is in the ticker's time, `tokenEndsAt` in ms since the epoch. */
  constructor(
    openedAt: number,
    private readonly tokenEndsAt: number,
    private readonly idleTimeoutMs: number,
  ) {
    this.startsBy = openedAt + START_TIMEOUT_MS;
  }

  /** The session has its call, which may last until `endsAt`, ms since the epoch. */
  start(endsAt: number): void {
    this.started = true;
    this.endsAt = endsAt;
  }

  /** What has run out, if anything; `heardAt` is when the client's last frame came, `epoch` the time of the day. */
  check(now: number, heardAt: number, epoch: number): Overdue | undefined {
    if (epoch >= this.tokenEndsAt) return OVERDUE.token;
    if (!this.started) return now >= this.startsBy ? OVERDUE.start : undefined;
    if (epoch >= this.endsAt) return OVERDUE.length;
    return now - heardAt >= this.idleTimeoutMs ? OVERDUE.idle : undefined;
  }
}
