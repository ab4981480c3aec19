import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { SESSION_SLOTS } from '../../limits/limits.port.js';
import type { SessionSlots } from '../../limits/limits.port.js';
import type { Session } from './session.js';
import { settledWithin } from './settled-within.js';
import { TEARDOWN_TIMEOUT_MS } from './session-limits.js';

/** All sessions of this process, and how they end when it stops. */
@Injectable()
export class Sessions implements OnModuleDestroy {
  private readonly open = new Set<Session>();
  private stopping = false;

  constructor(@Inject(SESSION_SLOTS) private readonly slots: SessionSlots) {}

  /** Sockets that are open now. */
  get active(): number {
    return this.slots.active;
  }

  /** No new session is let in any more. */
  get draining(): boolean {
    return this.stopping;
  }

  add(session: Session): void {
    this.open.add(session);
    if (this.stopping) session.shutDown();
    void session.ended.then(() => this.open.delete(session));
  }

  /**
   * Lets nobody in any more, leaves calls that are going on `graceMs` to finish, then ends the rest and waits, for a bounded
   * time, until nothing of them is left. May be called again with a shorter grace.
   */
  async drain(graceMs: number): Promise<void> {
    this.stopping = true;
    for (const session of this.open) if (!session.inCall) session.shutDown();
    if (graceMs > 0) await this.emptied(graceMs);
    for (const session of this.open) session.shutDown();
    if (await this.emptied(TEARDOWN_TIMEOUT_MS)) return;
    for (const session of this.open) session.terminate();
    await this.emptied(TEARDOWN_TIMEOUT_MS);
  }

  /** For an application that is closed without a drain: calls end before the rooms that they use do. */
  async onModuleDestroy(): Promise<void> {
    await this.drain(0);
  }

  private async emptied(withinMs: number): Promise<boolean> {
    if (this.open.size === 0) return true;
    return settledWithin(Promise.all([...this.open].map((session) => session.ended)), withinMs);
  }
}
