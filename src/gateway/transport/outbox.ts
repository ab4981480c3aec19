/** What goes out as one WebSocket message: text or bytes. */
export type Frame = string | Uint8Array;

/** What the outbox needs of a socket; a `ws` WebSocket is one. */
export interface Sink {
  /** Bytes handed over that the operating system has not taken yet. */
  readonly bufferedAmount: number;
  send(data: Frame): void;
  close(code: number, reason: string): void;
}

export interface OutboxLimits {
  /** Bytes that may lie in the socket before we hold back. What lies there cannot be taken back on barge-in. */
  readonly highWaterBytes: number;
  /** A reader that takes nothing for so long, although something waits, is lost, ms. */
  readonly stallMs: number;
  /** How long `finish` waits for the reader to take the rest, ms. */
  readonly finishMs: number;
}

export const OUTBOX_DEFAULTS = {
  highWaterBytes: 64 * 1024,
  stallMs: 10_000,
  finishMs: 5000,
} as const satisfies OutboxLimits;

interface Waiting {
  readonly frame: Frame;
  /** May be taken back, as the reply's audio on any wire. */
  readonly isAudio: boolean;
}

/**
 * Everything that goes out on one socket, in order, in bounded memory. While the reader keeps up, a frame goes straight to
 * the socket; when the socket is full, frames wait here, where `clearAudio` can still take them back. At the bound, or when
 * the reader takes nothing for too long, `onLost` is called once and nothing is kept any more.
 */
export class Outbox {
  private queue: Waiting[] = [];
  private head = 0;
  private queuedBytes = 0;
  private handedOver = 0;
  private taken = 0;
  private progressAt: number;
  private closing: { readonly code: number; readonly reason: string; readonly by: number } | undefined;
  private lost = false;
  private done = false;
  /** Nothing waits and nothing is over: the one question on the hot path. */
  private straight = true;

  constructor(
    private readonly sink: Sink,
    private readonly limits: OutboxLimits,
    /** Bytes that may wait here; more means that the reader is lost. Text is counted in characters. */
    private maxQueuedBytes: number,
    now: number,
    private readonly onLost: () => void,
  ) {
    this.progressAt = now;
  }

  /** Changes the bound. */
  allow(maxQueuedBytes: number): void {
    this.maxQueuedBytes = maxQueuedBytes;
  }

  /** Sends a frame after everything before it. Its bytes must not change afterwards. */
  push(frame: Frame, isAudio: boolean): void {
    if (this.straight && this.sink.bufferedAmount < this.limits.highWaterBytes) {
      this.handedOver += frame.length;
      this.sink.send(frame);
    } else if (!this.done && !this.lost && this.closing === undefined) {
      this.straight = false;
      this.queue.push({ frame, isAudio });
      this.queuedBytes += frame.length;
      if (this.queuedBytes > this.maxQueuedBytes) this.lose();
    }
  }

  /** Barge-in: forgets audio that waits here. The rest stays, in its order. */
  clearAudio(): void {
    this.queue = this.queue.slice(this.head).filter(({ isAudio }) => !isAudio);
    this.head = 0;
    this.queuedBytes = this.queue.reduce((sum, { frame }) => sum + frame.length, 0);
  }

  /** The socket has room again. */
  flush(): void {
    while (this.head < this.queue.length && this.sink.bufferedAmount < this.limits.highWaterBytes) {
      const { frame } = this.queue[this.head++] as Waiting;
      this.queuedBytes -= frame.length;
      this.handedOver += frame.length;
      this.sink.send(frame);
    }
    if (this.head === this.queue.length) {
      if (this.head > 0) this.queue = [];
      this.head = 0;
      this.straight = !this.done && !this.lost && this.closing === undefined;
      if (this.closing !== undefined) this.closeNow(this.closing.code, this.closing.reason);
    } else if (this.head >= 1024) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
  }

  /** Sends what waits, within `finishMs`, then closes the socket. Nothing can be pushed any more. Idempotent. */
  finish(code: number, reason: string, now: number): void {
    if (this.done || this.closing !== undefined) return;
    this.straight = false;
    this.closing = { code, reason, by: now + this.limits.finishMs };
    this.flush();
  }

  /** Closes the socket without what waits. Idempotent. */
  closeNow(code: number, reason: string): void {
    if (this.done) return;
    this.drop();
    this.sink.close(code, reason);
  }

  /** The socket is gone. Idempotent. */
  drop(): void {
    this.done = true;
    this.forget();
  }

  tick(now: number): void {
    if (this.done || this.lost) return;
    this.flush();
    const { closing } = this;
    if (closing !== undefined) {
      if (now > closing.by) this.closeNow(closing.code, closing.reason);
      return;
    }
    const buffered = this.sink.bufferedAmount;
    const taken = this.handedOver - buffered;
    if (taken > this.taken || buffered === 0) {
      this.taken = taken;
      this.progressAt = now;
    } else if (now - this.progressAt > this.limits.stallMs) {
      this.lose();
    }
  }

  private forget(): void {
    this.straight = false;
    this.queue = [];
    this.head = 0;
    this.queuedBytes = 0;
  }

  private lose(): void {
    this.lost = true;
    this.forget();
    this.onLost();
  }
}
