import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { CALLS } from '../../calls/call.port.js';
import type { Calls } from '../../calls/call.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { SESSION_SLOTS } from '../../limits/limits.port.js';
import type { SessionSlots } from '../../limits/limits.port.js';
import { Opus } from '../../opus/opus.js';
import type { Admitted } from '../door/admitted.js';
import { GATEWAY_OBSERVER } from '../gateway-observer.port.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import type { Peer } from '../transport/peer.js';
import { Ticker } from '../transport/ticker.js';
import { CallSession } from './call-session.js';
import type { CallSessionDeps } from './call-session.js';
import { CallSlots } from './call-slots.js';
import type { Session } from './session.js';
import { TEARDOWN_TIMEOUT_MS } from './session-limits.js';
import { settledWithin } from '../../deadline/within.js';
import type { CallWire } from './wire.js';

/** Nest injection token of what sessions write their lines to, where that is not the application's log. */
export const SESSION_LOG = Symbol('SessionLog');

/** All sessions of this process, on whatever wire, and how they end when it stops. */
@Injectable()
export class Sessions implements OnModuleDestroy {
  private readonly openSessions = new Set<Session>();
  private readonly deps: CallSessionDeps;
  private stopping = false;
  /** Even a client that comes back to its call is too late. */
  private stopped = false;

  constructor(
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
    @Inject(CALLS) private readonly calls: Calls,
    @Inject(GATEWAY_OBSERVER) observer: GatewayObserver,
    @Inject(Ticker) ticker: Ticker,
    @Inject(CONFIG) config: Config,
    @Optional() @Inject(SESSION_LOG) log: CallSessionDeps['log'] = new Logger('Session'),
    @Optional() @Inject(Opus) opus?: Opus,
  ) {
    this.deps = {
      calls,
      slots: new CallSlots(),
      observer,
      ticker,
      limits: { maxSessionMs: config.STREAM_MAX_SESSION_MS, idleTimeoutMs: config.STREAM_IDLE_TIMEOUT_MS },
      opus,
      log,
    };
  }

  /** Calls that go on, also without a socket, and sockets that have no call yet. */
  get active(): number {
    return this.slots.active;
  }

  /** No new session is let in any more. */
  get draining(): boolean {
    return this.stopping;
  }

  /**
   * Whether the server stops, and this client is not one to wait for: only who comes back to a call that stays here to its end
   * is. Calls that are shared go on in another process, and must not be taken back from it.
   */
  isClosedTo(returning: boolean): boolean {
    return this.stopping && (!returning || this.calls.shared);
  }

  /** Serves an accepted client. Never throws. */
  open(peer: Peer, admitted: Admitted, wire: CallWire): void {
    try {
      const session = new CallSession(peer, admitted, wire, this.deps);
      this.openSessions.add(session);
      if (this.stopped || this.isClosedTo(admitted.returning)) session.shutDown();
      void session.ended.then(() => this.openSessions.delete(session));
    } catch (error) {
      // Nest would turn this into an uncaught exception, and nobody else would give the slot back.
      admitted.slot.release();
      peer.terminate();
      this.deps.log.error({ msg: 'session could not be opened', err: error });
    }
  }

  /**
   * Lets nobody in any more, but for clients that come back to their call; leaves calls that are going on `graceMs` to finish,
   * then ends the rest and waits, for a bounded time, until nothing of them is left. May be called again with a shorter grace.
   */
  async drain(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const session of this.openSessions) if (!session.inCall) session.shutDown();
    if (graceMs > 0) await this.emptied(graceMs);
    this.stopped = true;
    for (const session of this.openSessions) session.shutDown();
    if (await this.emptied(TEARDOWN_TIMEOUT_MS)) return;
    for (const session of this.openSessions) session.terminate();
    await this.emptied(TEARDOWN_TIMEOUT_MS);
  }

  /** For an application that is closed without a drain: calls end before the rooms that they use do. */
  async onModuleDestroy(): Promise<void> {
    await this.drain(0);
  }

  private async emptied(withinMs: number): Promise<boolean> {
    if (this.openSessions.size === 0) return true;
    return settledWithin(Promise.all([...this.openSessions].map((session) => session.ended)), withinMs);
  }
}
