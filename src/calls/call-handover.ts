import type { Clock } from '../conversation/clock.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import { CallKeeper, type Keepable } from './call-keeper.js';
import type { CallTransition } from './call-observer.port.js';
import type { CallObservers } from './call-observers.js';
import type { FaultBoundary } from './fault-boundary.js';
import { guardedClock } from './guarded-providers.js';
import type { ResumeTokens } from './resume-tokens.js';
import type { Lease, SessionStore, StoredCall } from './session-store.port.js';

/** `taken`: another process wants the call; `handover`: this one stops. */
export type LeaveReason = 'taken' | 'handover';

/** What handing a call over needs of it. */
export interface Movable extends Pick<Keepable, 'rights' | 'stored'> {
  readonly id: string;
  /** Microphone audio that the call has had, bytes. */
  readonly receivedBytes: number;
  /** Stands still; false when it is about to end instead. */
  holdToLeave(): boolean;
  /** Goes on here after all. */
  stay(): void;
  /** Goes on elsewhere. */
  drop(why: LeaveReason): void;
  tell(event: ConversationEvent): void;
}

/** A call that has been going on in another process. */
export interface ComesFrom {
  readonly call: StoredCall;
  readonly lease: Lease;
  /** Known already wherever its client comes back to next. */
  readonly tokens: ResumeTokens;
}

export interface HandoverDeps {
  readonly clock: Clock;
  /** How long a call waits for a line, ms; 0: not at all. */
  readonly resumeGraceMs: number;
  /** Where calls are kept for other processes; absent where there are none. */
  readonly store?: SessionStore;
}

/** How much longer than it waits for its client a call is kept for other processes, ms. */
const KEEP_MS = 30_000;

/** How one call gets to another process: it is written down as it changes, and handed over to whoever asks for it. */
export class CallHandover {
  private readonly keeper: CallKeeper | undefined;
  /** What the call would have said while it is handed over: it says so again where it goes; kept in case that it stays. */
  private unsaid: ConversationEvent[] | undefined;

  /** `lease`: the right to write the call down, where it has been another process's. */
  constructor(
    private readonly call: Movable,
    observers: CallObservers,
    { store, clock, resumeGraceMs }: HandoverDeps,
    boundary: FaultBoundary,
    lease?: Lease,
  ) {
    if (store === undefined || resumeGraceMs === 0) return;
    const kept = {
      rights: () => call.rights(),
      stored: () => call.stored(),
      told: (transition: CallTransition) => observers.transition(transition),
      lost: () => call.drop('taken'),
    };
    const options = { ttlMs: resumeGraceMs + KEEP_MS, securedBytes: call.receivedBytes };
    this.keeper = new CallKeeper(store, lease ?? store.create(call.id), guardedClock(clock, boundary), kept, options);
  }

  /** Whether the call is being handed over: what it hears now it is told again where it goes. */
  get leaving(): boolean {
    return this.unsaid !== undefined;
  }

  /** Audio that other processes need not be given again, bytes; undefined where there are none. */
  get securedBytes(): number | undefined {
    return this.keeper?.securedBytes;
  }

  /** Something has changed that is worth keeping. */
  checkpoint(): void {
    this.keeper?.checkpoint();
  }

  /** Writes the call down as it is now, and so finds out whether it is still this process's. */
  async confirm(): Promise<void> {
    await this.keeper?.confirm();
  }

  /** Whether the event is not to be told now, because the call is being handed over. */
  withholds(event: ConversationEvent): boolean {
    this.unsaid?.push(event);
    return this.leaving;
  }

  /** Hands the call over; false when it stays, because it could not be written down. */
  async leave(why: LeaveReason): Promise<boolean> {
    if (this.keeper === undefined || this.leaving || !this.call.holdToLeave()) return false;
    const unsaid: ConversationEvent[] = [];
    this.unsaid = unsaid;
    const result = await this.keeper.free();
    this.unsaid = undefined;
    if (result !== 'away') {
      this.call.drop(why);
      return true;
    }
    this.call.stay();
    for (const event of unsaid) this.call.tell(event);
    return false;
  }

  /** The call is over, for all processes. */
  end(): void {
    this.keeper?.end();
  }

  /** Writes nothing more. */
  stop(): void {
    this.keeper?.stop();
  }
}
