import type { ConversationEvent, SessionEndReason } from '../../conversation/conversation.port.js';
import type { ErrorCode } from '../../protocol/index.js';
import type { SessionSummary } from '../gateway-observer.port.js';
import type { Ending } from './codec.js';
import { END_TIMEOUT_MS } from './session-limits.js';

/** How a session ends: what the socket is told, what the records say, and by when. Whoever ends it first decides. */
export class SessionEnd {
  /** For the records. */
  reason: SessionSummary['reason'] = 'never_started';
  /** What the socket is told once the call has ended; undefined when the call ends by itself. */
  private ending: Ending | undefined;
  private fatal: ErrorCode | undefined;
  private by = Number.POSITIVE_INFINITY;

  /** The session is to end: its call is told so, and has until `now` and a while to say that it has. `now` in ms. */
  decide(ending: Ending, reason: SessionEndReason, now: number): void {
    this.ending = ending;
    this.reason = reason;
    this.by = now + END_TIMEOUT_MS;
  }

  /** Takes note of what the call says about its end. */
  hear(event: ConversationEvent): void {
    if (event.type === 'error' && event.fatal) this.fatal = event.code;
    if (event.type === 'session.ended') this.reason = event.reason;
  }

  isOverdue(now: number): boolean {
    return now > this.by;
  }

  /** What the socket is told. */
  get why(): Ending {
    if (this.ending !== undefined) return this.ending;
    if (this.reason === 'error' || this.reason === 'never_started') return this.fatal ?? 'internal';
    // A limit of the call's own says which.
    return this.reason === 'limit' && this.fatal !== undefined ? this.fatal : this.reason;
  }

  /** Whether the call goes on without this session. */
  get leavesCall(): boolean {
    return this.reason === 'disconnected' || this.reason === 'taken' || this.reason === 'handover';
  }
}

/** What an error means for the records of the call; `error` where nothing is said. */
export const END_REASONS: Partial<Record<ErrorCode, SessionEndReason>> = {
  idle_timeout: 'idle',
  call_too_long: 'limit',
  call_too_costly: 'limit',
  budget_spent: 'limit',
  token_expired: 'limit',
  shutting_down: 'shutdown',
};
