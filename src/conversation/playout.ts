// The way of one reply's audio out of the process: in order, held while the caller may be interrupting or the client is
// gone, never further ahead of playback than the bound, and followed by the knowledge of how much of it has been played.
import type { Clock } from './clock.port.js';
import type { Playback } from './conversation.port.js';
import type { ReplyOptions } from './options.js';

export interface PlayoutListener {
  /** PCM16 to send to the caller now. */
  send(chunk: Uint8Array): void;
  /** Everything has been sent; it may still be playing. `audioMs` is the length of the reply. */
  allSent(audioMs: number): void;
  /** Everything has been played, or there was nothing to play. */
  played(): void;
  /** The backlog is gone: the voice may go on. */
  drained(): void;
  /** How playback goes; optional. */
  playback?(how: Playback): void;
}

/** So close to its end all was heard, ms. */
const TAIL_MS = 120;
/** A client that is gone is noticed late: so much more than `maxAheadMs` is kept of what was sent, ms. */
const LATE_MS = 10_000;

export class Playout {
  private queue: Uint8Array[] = [];
  /** What was sent and not reported as played, to be sent again after the client was gone: the chunks themselves. */
  private kept: Uint8Array[] = [];
  /** Where in the reply the first of them begins, ms. */
  private keptFromMs = 0;
  private readonly msPerByte: number;
  private sentMs = 0;
  private playedMs = 0;
  private playedAt = 0;
  /** The client's last report, ms; undefined before the first. */
  private reportedMs: number | undefined;
  private paused = false;
  private held = false;
  /** The last time that the client was gone, and what it played meanwhile. */
  private gap: { at: number; fromMs: number; until: number; toMs: number } | undefined;
  private ended = false;
  private over = false;
  private announced = false;
  private cancelTimer: (() => void) | undefined;

  /** `sampleRate` in Hz. */
  constructor(
    private readonly clock: Clock,
    private readonly listener: PlayoutListener,
    private readonly options: Pick<ReplyOptions, 'maxAheadMs' | 'playbackGraceMs'>,
    sampleRate: number,
  ) {
    this.msPerByte = 1000 / (sampleRate * 2);
  }

  /** Whether audio waits here because enough is ahead of playback already. */
  get backlogged(): boolean {
    return this.queue.length > 0;
  }

  /** Whether all that was pushed so far has been played, and nothing is held. */
  get idle(): boolean {
    return !this.resting && this.queue.length === 0 && this.position() >= this.sentMs;
  }

  /**
   * How much has been played, ms: the client's last word, carried forward by the clock, never past what was sent. `agoMs`
   * before now: as if the client had played on when it was gone, up to what it says to have heard.
   */
  position(agoMs = 0): number {
    return agoMs === 0 ? this.positionNow() : this.positionAt(this.clock.now() - agoMs);
  }

  private positionAt(time: number): number {
    const { gap } = this;
    if (gap === undefined || time >= gap.until) return Math.max(0, this.positionNow() - (this.clock.now() - time));
    return Math.min(gap.toMs, Math.max(0, gap.fromMs + time - gap.at));
  }

  private positionNow(): number {
    if (this.sentMs === 0) return 0;
    const now = this.clock.now();
    if (!this.resting) this.playedMs = Math.min(this.sentMs, this.playedMs + now - this.playedAt);
    this.playedAt = now;
    return this.playedMs;
  }

  /** How much of it the client has said to have played, ms; what the clock says when it never says. */
  get heardMs(): number {
    return this.reportedMs ?? this.position();
  }

  /** Whether the client has said to have played all that was sent; undefined when it has said nothing. */
  get confirmed(): boolean | undefined {
    return this.reportedMs === undefined ? undefined : this.ended && this.sentMs - this.reportedMs < TAIL_MS;
  }

  push(chunk: Uint8Array): void {
    if (this.over) return;
    if (this.queue.length === 0 && this.maySend()) this.send(chunk);
    else {
      this.queue.push(chunk);
      this.schedule();
    }
  }

  /** No more audio will be pushed. */
  end(): void {
    this.ended = true;
    this.schedule();
  }

  pause(): void {
    this.position();
    this.paused = true;
    this.tell(false);
    this.schedule();
  }

  resume(): void {
    this.position();
    this.paused = false;
    this.tell(false);
    this.drain();
  }

  /** The client is gone: what was played stands still where it last said, or where the clock says when it never did. */
  hold(): void {
    if (this.held || this.over) return;
    this.playedMs = this.heardMs;
    this.gap = { at: this.clock.now(), fromMs: this.playedMs, until: Infinity, toMs: this.playedMs };
    this.held = true;
    this.tell(this.reportedMs !== undefined);
    this.schedule();
  }

  /**
   * The client is back and has played this much, ms; undefined: what it last said. What it was sent beyond that waits
   * again. Returns from where in the reply it is sent, ms: later than was played only when that is no longer kept.
   */
  release(playedMs = this.playedMs): number {
    if (!this.held || this.over) return this.position();
    this.held = false;
    const fromMs = Math.min(Math.max(playedMs, this.keptFromMs), this.sentMs);
    this.sendAgain(fromMs);
    this.playedMs = fromMs;
    this.reportedMs = fromMs;
    this.playedAt = this.clock.now();
    this.announced = false;
    if (this.gap !== undefined) this.gap = { ...this.gap, until: this.playedAt, toMs: fromMs };
    this.listener.playback?.({ type: 'rewound', ms: fromMs });
    this.tell(true);
    // Not yet: whoever is back has to be told first what comes.
    this.wake(0);
    return fromMs;
  }

  /** The client's report of its playback position, ms. */
  reported(playedMs: number): void {
    if (this.sentMs === 0) return;
    this.playedMs = Math.min(playedMs, this.sentMs);
    this.reportedMs = this.playedMs;
    this.playedAt = this.clock.now();
    this.tell(true);
    this.forget(this.playedMs);
    if (this.queue.length > 0) this.drain();
    else this.schedule();
  }

  /** The client says that it has played everything. Believed only when everything was sent. */
  reportedFinished(): void {
    if (!this.announced) return;
    if (this.sentMs > 0) this.reportedMs = this.sentMs;
    this.finish();
  }

  /** Drops what waits. Nothing is sent or reported after it. */
  stop(): void {
    if (!this.over && this.sentMs > 0) this.listener.playback?.({ type: 'ended', ms: this.position() });
    this.over = true;
    this.queue = [];
    this.kept = [];
    this.cancelTimer?.();
  }

  private tell(reported: boolean): void {
    if (this.sentMs === 0 || this.over) return;
    this.listener.playback?.({ type: 'at', ms: this.playedMs, plays: !this.resting, reported });
  }

  private get resting(): boolean {
    return this.paused || this.held;
  }

  private maySend(): boolean {
    return (
      !this.resting &&
      (this.sentMs < this.options.maxAheadMs || this.sentMs - this.position() < this.options.maxAheadMs)
    );
  }

  private send(chunk: Uint8Array): void {
    this.position();
    if (this.sentMs === 0) {
      this.playedAt = this.clock.now();
      this.listener.playback?.({ type: 'began' });
    }
    this.sentMs += chunk.length * this.msPerByte;
    this.kept.push(chunk);
    const tooOld = this.sentMs - this.options.maxAheadMs - LATE_MS;
    if (tooOld > this.keptFromMs) this.forget(tooOld + 1000);
    this.listener.send(chunk);
  }

  /** Lets go of the chunks that end before `ms` of the reply. */
  private forget(ms: number): void {
    let count = 0;
    for (const chunk of this.kept) {
      const end = this.keptFromMs + chunk.length * this.msPerByte;
      if (end > ms) break;
      this.keptFromMs = end;
      count += 1;
    }
    if (count > 0) this.kept.splice(0, count);
  }

  /** What was sent from `fromMs` on goes back to the head of the queue, cut at a sample. */
  private sendAgain(fromMs: number): void {
    this.forget(fromMs);
    const again = this.kept;
    const bytes = Math.floor((fromMs - this.keptFromMs) / this.msPerByte / 2) * 2;
    if (again[0] !== undefined) again[0] = again[0].subarray(bytes);
    this.kept = [];
    this.keptFromMs += bytes * this.msPerByte;
    this.sentMs = this.keptFromMs;
    this.queue = [...again, ...this.queue];
  }

  private drain(): void {
    if (this.over) return;
    let next = this.queue[0];
    const waited = next !== undefined;
    while (next !== undefined && this.maySend()) {
      this.queue.shift();
      this.send(next);
      next = this.queue[0];
    }
    if (waited && this.queue.length === 0) this.listener.drained();
    this.schedule();
  }

  /** One timer: for the next piece that may be sent, or for the end of playback when the client does not report it. */
  private schedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.over || this.resting) return;
    if (this.queue.length > 0) {
      const wait = this.sentMs - this.position() - this.options.maxAheadMs + 20;
      this.wake(Math.max(wait, 1));
    } else if (this.ended) {
      if (!this.announced) {
        this.announced = true;
        this.listener.allSent(this.sentMs);
      }
      if (this.sentMs === 0) return this.finish();
      const left = this.sentMs - this.position() + this.options.playbackGraceMs;
      this.cancelTimer = this.clock.after(left, () => this.finish());
    }
  }

  private wake(ms: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(ms, () => this.drain());
  }

  private finish(): void {
    if (this.over) return;
    this.playedMs = this.sentMs;
    this.playedAt = this.clock.now();
    this.stop();
    this.listener.played();
  }
}
