// The way of one reply's audio out of the process: in order, held while the caller may be interrupting, never further
// ahead of playback than the bound, and followed by the knowledge of how much of it has been played.
import type { Clock } from './clock.port.js';
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
}

export class Playout {
  private readonly queue: Uint8Array[] = [];
  private readonly msPerByte: number;
  private sentMs = 0;
  private playedMs = 0;
  private playedAt = 0;
  private paused = false;
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
    return !this.paused && this.queue.length === 0 && this.position() >= this.sentMs;
  }

  /** How much has been played, ms: the client's last word, carried forward by the clock, never past what was sent. */
  position(): number {
    if (this.sentMs === 0) return 0;
    const now = this.clock.now();
    if (!this.paused) this.playedMs = Math.min(this.sentMs, this.playedMs + now - this.playedAt);
    this.playedAt = now;
    return this.playedMs;
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
    this.schedule();
  }

  resume(): void {
    this.position();
    this.paused = false;
    this.drain();
  }

  /** The client's report of its playback position, ms. */
  reported(playedMs: number): void {
    if (this.sentMs === 0) return;
    this.playedMs = Math.min(playedMs, this.sentMs);
    this.playedAt = this.clock.now();
    if (this.queue.length > 0) this.drain();
    else this.schedule();
  }

  /** The client says that it has played everything. Believed only when everything was sent. */
  reportedFinished(): void {
    if (this.announced) this.finish();
  }

  /** Drops what waits. Nothing is sent or reported after it. */
  stop(): void {
    this.over = true;
    this.queue.length = 0;
    this.cancelTimer?.();
  }

  private maySend(): boolean {
    return (
      !this.paused && (this.sentMs < this.options.maxAheadMs || this.sentMs - this.position() < this.options.maxAheadMs)
    );
  }

  private send(chunk: Uint8Array): void {
    this.position();
    if (this.sentMs === 0) this.playedAt = this.clock.now();
    this.sentMs += chunk.length * this.msPerByte;
    this.listener.send(chunk);
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
    if (this.over || this.paused) return;
    if (this.queue.length > 0) {
      const wait = this.sentMs - this.position() - this.options.maxAheadMs + 20;
      this.cancelTimer = this.clock.after(Math.max(wait, 1), () => this.drain());
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

  private finish(): void {
    if (this.over) return;
    this.stop();
    this.playedMs = this.sentMs;
    this.listener.played();
  }
}
