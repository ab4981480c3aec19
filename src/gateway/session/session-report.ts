import { performance } from 'node:perf_hooks';
import type { Logger } from '@nestjs/common';
import type { Call } from '../../calls/call.port.js';
import type { Admitted } from '../door/admitted.js';
import type { GatewayObserver, SessionSummary } from '../gateway-observer.port.js';

/** What the log and the metrics hear of one session: ids, codes and times, no words and no tokens. */
export class SessionReport {
  private readonly openedAt = performance.now();
  /** Who calls is told to no log. */
  private anonymous = false;

  constructor(
    private admitted: Admitted,
    private readonly observer: GatewayObserver,
    private readonly log: Pick<Logger, 'log' | 'warn' | 'error'>,
  ) {
    observer.sessionOpened();
  }

  /** It is known now who it is. */
  introduced(admitted: Admitted): void {
    this.admitted = admitted;
  }

  started(call: Call): void {
    this.observer.sessionStarted(call.agent);
    this.tell('session started', call);
  }

  resumed(call: Call): void {
    this.observer.sessionResumed(call.agent);
    this.tell('session resumed', call);
  }

  crashed(sessionId: string, error: unknown): void {
    this.log.error({ msg: 'session failed', sessionId, err: error });
  }

  closed(session: Omit<SessionSummary, 'durationMs'>): void {
    const summary: SessionSummary = { ...session, durationMs: Math.round(performance.now() - this.openedAt) };
    this.observer.sessionClosed(summary);
    const who = this.anonymous ? {} : { userId: this.admitted.token.caller.userId };
    this.log.log({ msg: 'session closed', ...who, ...summary });
  }

  leftRunning(sessionId: string): void {
    this.log.warn({ msg: 'session left something running', sessionId });
  }

  private tell(msg: string, call: Call): void {
    const { address, token } = this.admitted;
    this.anonymous = call.privacy === 'zero';
    const who = this.anonymous ? {} : { userId: token.caller.userId, address };
    this.log.log({ msg, sessionId: call.id, agent: call.agent, ...who });
  }
}
