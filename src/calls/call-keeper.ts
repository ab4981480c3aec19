import type { Clock } from '../conversation/clock.port.js';
import type { CallTransition } from './call-observer.port.js';
import type { Lease, ResumeRights, SaveResult, SessionStore, StoredCall } from './session-store.port.js';

/** What is kept, asked for when it is written. */
export interface Keepable {
  rights(): ResumeRights;
  /** Undefined when it cannot be told, and the call ends for that. */
  stored(): StoredCall | undefined;
  /** The call is another process's by now. */
  lost(): void;
  told(transition: CallTransition): void;
}

export interface KeeperOptions {
  /** How long a call is kept after the last that was heard of it, ms. */
  readonly ttlMs: number;
  /** What was secured when the call came here, bytes. */
  readonly securedBytes: number;
}

/** Between two writes of one call, ms: what a killed process may forget. */
const MIN_GAP_MS = 50;
/** The same while the store is away, ms. */
const AWAY_GAP_MS = 1000;
/** A call is written so often although nothing has happened, ms: it is alive, and its client may forget what it has sent. */
const BEAT_MS = 4000;

/** Writes one call down for other processes, as often as it changes and never more often than is useful. */
export class CallKeeper {
  private secured: number;
  private writing: Promise<SaveResult> | undefined;
  private dirty = false;
  private done = false;
  private startedAt = Number.NEGATIVE_INFINITY;
  private gapMs = MIN_GAP_MS;
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly lease: Lease,
    private readonly clock: Clock,
    private readonly call: Keepable,
    private readonly options: KeeperOptions,
  ) {
    this.secured = options.securedBytes;
  }

  /** See Call.securedBytes. */
  get securedBytes(): number {
    return this.secured;
  }

  /** Something has changed that is worth keeping: it is written soon. */
  checkpoint(): void {
    this.dirty = true;
    if (this.writing === undefined) this.schedule(this.startedAt + this.gapMs - this.clock.now());
  }

  /** Writes the call down as it is now, and so finds out whether it is still this process's. */
  async confirm(): Promise<void> {
    // What is being written may be older.
    await this.writing;
    if (this.done) return;
    this.cancelTimer?.();
    await this.write();
  }

  /** Writes the call for the last time, for whoever asks for it. */
  async free(): Promise<SaveResult> {
    this.cancelTimer?.();
    await this.writing;
    const stored = this.done ? undefined : this.call.stored();
    if (stored === undefined) return 'away';
    this.done = true;
    const since = this.clock.now();
    const result = await this.store.free(this.lease, this.call.rights(), stored, this.options.ttlMs);
    this.told(result, since);
    this.done = result !== 'away';
    if (!this.done) this.checkpoint();
    return result;
  }

  /** The call is over, for all processes. */
  end(): void {
    this.stop();
    void Promise.resolve(this.writing).then(() => this.store.remove(this.lease));
  }

  /** Writes nothing more. */
  stop(): void {
    this.done = true;
    this.cancelTimer?.();
  }

  private schedule(ms: number): void {
    this.cancelTimer?.();
    if (!this.done) this.cancelTimer = this.clock.after(Math.max(0, ms), () => void this.write());
  }

  private write(): Promise<SaveResult> {
    this.writing ??= this.save().finally(() => {
      this.writing = undefined;
      this.schedule(this.dirty ? this.startedAt + this.gapMs - this.clock.now() : BEAT_MS);
    });
    return this.writing;
  }

  private async save(): Promise<SaveResult> {
    if (this.done) return 'lost';
    this.startedAt = this.clock.now();
    this.dirty = false;
    const stored = this.call.stored();
    if (stored === undefined) return 'away';
    const result = await this.store.save(this.lease, this.call.rights(), stored, this.options.ttlMs);
    this.told(result, this.startedAt);
    if (result === 'saved') this.secured = stored.securedBytes;
    this.gapMs = result === 'away' ? AWAY_GAP_MS : MIN_GAP_MS;
    this.dirty ||= result === 'away';
    if (result === 'lost' && !this.done) {
      this.stop();
      this.call.lost();
    }
    return result;
  }

  private told(result: SaveResult, since: number): void {
    this.call.told({ type: 'checkpoint', result, ms: Math.round(this.clock.now() - since) });
  }
}
